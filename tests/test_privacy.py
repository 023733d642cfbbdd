"""Nothing leaves the machine (contract 7): the whole suite runs with the network blocked."""

import socket

import pytest
from pytest_socket import SocketBlockedError


def test_the_network_is_blocked_for_every_test():
    """Otherwise no other test would say anything about it."""
    blocked = pytest.raises(SocketBlockedError, match="socket")
    with pytest.warns(UserWarning, match="socket"), blocked:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
