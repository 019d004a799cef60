"""Which addresses a file is downloaded from, and where a redirect may lead."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse

from connected_place.gis_data.errors import fault
from connected_place.gis_data.fetch.jobs import FetchError, Job


def wire_address(url: str, name: str) -> str:
    """The address as it goes over the wire, in ASCII; anything but a public https address is refused.

    Raises
    ------
    FetchError
        FETCH_CREDENTIALS, FETCH_URL, FETCH_NOT_HTTPS.

    Examples
    --------
    >>> wire_address("https://data.gov.uk/Wi-Fi in £.csv#top", "a.csv")
    'https://data.gov.uk/Wi-Fi%20in%20%C2%A3.csv'
    """
    authority = re.match(r"[^/]*//([^/\\?#]*)", url)
    if authority and "@" in authority[1]:  # before anything that could repeat it
        raise FetchError(fault("FETCH_CREDENTIALS", file=name))
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:
        raise FetchError(fault("FETCH_URL.unreadable", file=name, value=url, reason=str(error))) from error
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_computer(host)):
        raise FetchError(fault("FETCH_NOT_HTTPS", file=name, value=url))
    if not re.fullmatch(r"[\w.:-]+", host, re.ASCII):
        raise FetchError(fault("FETCH_URL.no_host", file=name, value=url))
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    return urllib.parse.urlunsplit((parts.scheme, place, path, query, ""))


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def next_address(job: Job, url: str, location: str) -> str:
    """Where a redirect leads; never away from https.

    Raises
    ------
    FetchError
        FETCH_REDIRECT.
    """
    if not location:
        raise job.error("FETCH_REDIRECT.nowhere", value=url)
    joined = urllib.parse.urljoin(url, location)
    try:
        following = wire_address(joined, job.target.name)
    except FetchError as error:
        refused = error.faults[0]
        raise job.error("FETCH_REDIRECT.address", value=refused.value, reason=refused.message) from error
    if url.startswith("https:") and not following.startswith("https:"):
        raise job.error("FETCH_REDIRECT.downgrade", value=following)
    return following


def without_query(url: str) -> str:
    """An address without what may be a signature."""
    return urllib.parse.urlsplit(url)._replace(query="").geturl()
