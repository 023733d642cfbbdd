"""A country to try: drawn on the real communes of Vietnam, planned by `phancong.batch`, measured."""
