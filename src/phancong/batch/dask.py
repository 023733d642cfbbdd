"""A cluster of Dask as an executor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from phancong.errors import InvalidArgumentError, MissingExtraError
from phancong.words import Message

#: The seconds in which the scheduler must answer.
PATIENCE = 10


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """The workers of a Dask cluster, for :func:`phancong.batch.plan_many`.

    Workers need the same version of phancong, the input and the output under the same paths, and one
    thread each (``dask worker ADDRESS --nthreads 1``).

    Parameters
    ----------
    address
        The address of the scheduler, such as ``"tcp://10.0.0.7:8786"``.

    Raises
    ------
    InvalidArgumentError
        No scheduler answers at the address.
    MissingExtraError
        distributed is not installed.
    """
    if find_spec("distributed") is None:
        raise MissingExtraError(
            Message("a Dask cluster needs distributed: pip install 'phancong[dask]'")
        )
    import distributed  # here: it takes a second to import

    try:
        make: Any = distributed.Client
        client = make(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError):
        raise InvalidArgumentError(
            Message("no Dask scheduler answers at {address}", address=repr(address))
        ) from None
    with client:
        yield client.get_executor(pure=False)
