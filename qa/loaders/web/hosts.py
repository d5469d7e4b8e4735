"""Which machines may be asked: by default none of the user's own network, whatever a name or a redirect says."""

from __future__ import annotations

import ipaddress
import socket

from qa.errors import LoadError

__all__ = ["find_host"]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def find_host(host: str, port: int, *, allow_private: bool) -> str:
    """Return an IP address of a host, to which the caller must connect: another lookup may give another address.

    :param allow_private: whether it may be this machine, or one of its network.
    :raises LoadError: if the host is not found, or one of its addresses is not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LoadError(f"the host {host} is not found ({error}): check the address and the connection") from error
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not allow_private and not _is_public(ipaddress.ip_address(address.partition("%")[0])):
            raise LoadError(
                f"the host {host} is {address}, an address of this machine or its network: allow private ones "
                "if you trust it (--fetch-private)"
            )
    return addresses[0]


def _is_public(address: _Address) -> bool:
    """Return whether an address is one of the internet, and wraps no other one that is not."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped and not _is_public(wrapped):
            return False
    return address.is_global and not address.is_multicast
