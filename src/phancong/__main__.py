"""``python -m phancong`` is the command line."""

import sys

from phancong.cli import process

if __name__ == "__main__":
    sys.exit(process())
