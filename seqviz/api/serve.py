"""The API on a port of this machine."""

import socket

import uvicorn
from starlette.applications import Starlette

from seqviz.errors import InputError

BACKLOG = 2048
STOP_SECONDS = 5
"""In which requests that are worked on may end when the server stops."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 is a free one.

    Raises:
        InputError: ``port_taken``.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        facts = {"address": f"{host}:{port}", "reason": error.strerror or str(error)}
        raise InputError("port_taken", facts) from error
    return found


def server_of(api: Starlette) -> uvicorn.Server:
    """What serves the API: ``run(sockets=[…])`` until ``should_exit``."""
    return uvicorn.Server(
        uvicorn.Config(
            api,
            log_level="warning",
            access_log=False,
            http="h11",  # the faster one takes a header of any length
            timeout_graceful_shutdown=STOP_SECONDS,
            h11_max_incomplete_event_size=2**16,
            server_header=False,
        )
    )
