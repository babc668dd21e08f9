"""Start the page that came with SeqViz: Streamlit takes the place of the command."""

import contextlib
import errno
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

from seqviz.cli import printing
from seqviz.errors import InputError
from seqviz.shipped import shipped

PORT, ADDRESS = 8501, "127.0.0.1"
HERE = ("localhost", "127.0.0.1", "::1")
"""Names under which a server is asked by its own machine."""
ADDRESS_VARIABLE = "STREAMLIT_SERVER_ADDRESS"
HOSTS_VARIABLE = "STREAMLIT_SERVER_ALLOWED_HOSTS"
ELSEWHERE = ("192.0.2.1", "2001:db8::1")
"""Addresses kept for documents: nothing is sent there, only the way to them is asked for."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """How the page is served."""

    port: int = PORT
    address: str = ""
    """To listen on; "": as the settings of Streamlit say, this machine only."""
    names: Sequence[str] = ()
    """Under which it is asked, beside its addresses; (): as the settings say."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables beside those of this process."""
    link: str = ""
    """What the page opens with, such as "?view=lesson"."""


def start(server: Server) -> None:
    """Say where the page will be, and become its server.

    Raises:
        InputError: ``port_in_use`` or ``address_foreign``.
        OSError: the system refuses the port.
        Exit: the server has ended, where a process cannot become another one.
    """
    address = server.address or os.environ.get(ADDRESS_VARIABLE, "").strip() or ADDRESS
    check_free(address, server.port)
    names = _names(server, address)
    shown = address if names is None or not _is_any(address) else names[-1]
    shown = f"[{shown}]" if ":" in shown else shown
    page = f"http://{shown}:{server.port}/{server.link}"
    printing.say(f"SeqViz is starting: {page} (Ctrl+C stops it)")
    # -P: what lies in the folder where somebody works is no module of the page.
    words = [sys.executable, "-P", "-m", "streamlit", "run", str(shipped("app.py"))]
    words += ["--server.port", str(server.port)]
    words += ["--server.address", server.address] if server.address else []
    words += [
        "--logger.hideWelcomeMessage",
        "true",
    ]  # it would ask others for the address
    words += [word for name in names or () for word in ("--server.allowedHosts", name)]
    environment = os.environ | server.environment
    if os.name == "posix":  # this process becomes the server: who ends it ends that
        os.execve(sys.executable, words, environment)
    raise click.exceptions.Exit(subprocess.call(words, env=environment))


def check_free(address: str, port: int) -> None:
    """Refuse a port that another program has; Streamlit would silently take the next one.

    Raises:
        InputError: ``port_in_use``, or ``address_foreign``.
        OSError: the system refuses the port.
    """
    facts = {"found": address, "port": port}
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM
        )[0]
    except OSError as error:
        raise InputError("address_foreign", facts) from error
    with socket.socket(family, kind, protocol) as listener:
        if os.name == "posix":  # what lingers of an earlier server does not count
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(where)
        except OSError as error:
            codes = {errno.EADDRINUSE: "port_in_use", errno.EADDRNOTAVAIL: "address_foreign"}
            if error.errno in codes:
                raise InputError(codes[error.errno], facts) from error
            raise


def _names(server: Server, address: str) -> list[str] | None:
    """All under which the server answers; None: those of the settings."""
    if not server.names and (address in HERE or os.environ.get(HOSTS_VARIABLE)):
        return None
    return list(dict.fromkeys([*HERE, *server.names, *own_addresses(address)]))


def own_addresses(address: str) -> list[str]:
    """Under which others reach what listens on an address, the likeliest last."""
    if not _is_any(address):
        return [address]
    name = socket.gethostname()
    found = [name, f"{name.removesuffix('.local')}.local"]
    with contextlib.suppress(OSError):
        found += [str(where[0]) for *_, where in socket.getaddrinfo(name, None)]
    for elsewhere in reversed(ELSEWHERE):
        family = socket.AF_INET6 if ":" in elsewhere else socket.AF_INET
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((elsewhere, 9))  # of datagrams: nothing is sent
            found.append(str(way.getsockname()[0]))
    return list(dict.fromkeys(reversed(found)))[::-1]


def _is_any(address: str) -> bool:
    """Whether it stands for all addresses of this machine."""
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False
