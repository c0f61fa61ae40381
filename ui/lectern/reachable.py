"""The address under which the phones of a class reach this server."""

import os
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

from hw9core.errors import ConfigError
from ui.live import assets
from ui.server.door import PUBLIC_URL

LOOPBACK_ONLY = (
    "Phones cannot reach this server: it listens on this machine alone. Start it with "
    "`streamlit run app.py --server.address 0.0.0.0`."
)
NO_NETWORK = "Phones cannot reach this server: this machine has no address on a network."
# Nothing is sent to any of them: asked for a way there, the system says from which of its own addresses it
# would send. The first is reserved for documentation (RFC 5737), the others lie in private networks.
_ANYWHERE = ("192.0.2.1", "10.255.255.255", "192.168.255.255", "172.31.255.255")


def reachable(seen: str | None) -> str:
    """Scheme, host, port and prefix of this server for other machines, without a slash at the end.

    $HW9_PUBLIC_URL where that is set; the address ``seen`` in the browser's address bar unless that is
    this machine's name for itself; the machine's own address on its network otherwise. Raises
    ``ConfigError`` with what to do when no other machine can get in.
    """
    public = os.environ.get(PUBLIC_URL, "").split()
    if public:
        return public[0].rstrip("/")
    parts = urlsplit(seen or "")
    scheme = parts.scheme or ("https" if st.get_option("server.sslCertFile") else "http")
    port = parts.port if parts.hostname else st.get_option("server.port")
    if parts.hostname and not _is_here(parts.hostname):
        host = parts.hostname
    else:
        host = _listening_host()
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}{f':{port}' if port else ''}{assets.base_url()}"


def own_address() -> str | None:
    """The IPv4 address of this machine on its network; None when it is on none."""
    for other in _ANYWHERE:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((other, 9))
            except OSError:  # no way there
                continue
            own = probe.getsockname()[0]
        if not _is_here(own):
            return own
    return None


def _listening_host() -> str:
    listening = st.get_option("server.address") or "0.0.0.0"
    if not _is_here(listening):
        return listening
    if not _is_every(listening):
        raise ConfigError(LOOPBACK_ONLY)
    own = own_address()
    if own is None:
        raise ConfigError(NO_NETWORK)
    return own


def _is_here(host: str) -> bool:
    """Whether a host is the machine's name for itself, or for all of its addresses."""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _is_every(host: str) -> bool:
    return host in ("0.0.0.0", "::")
