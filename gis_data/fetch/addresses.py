"""Which addresses a file is downloaded from, and where a redirect may lead."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse

from connected_place.gis_data.fetch.jobs import BY_HAND, FetchError, Job, fault


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
        finding = "The address holds a user name or password, which would be copied into records."
        raise _address_error("FETCH_CREDENTIALS", name, finding, "")
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:
        raise _address_error("FETCH_URL", name, f"The address cannot be read: {error}.", url) from error
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_computer(host)):
        finding = "Only https is downloaded: on any other way the file could be changed."
        raise _address_error("FETCH_NOT_HTTPS", name, finding, url)
    if not re.fullmatch(r"[\w.:-]+", host, re.ASCII):
        raise _address_error("FETCH_URL", name, "The address names no host.", url)
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
        raise job.error("FETCH_REDIRECT", "The server redirects to nowhere.", BY_HAND, url)
    joined = urllib.parse.urljoin(url, location)
    try:
        following = wire_address(joined, job.target.name)
    except FetchError as error:
        finding = f"The server redirects to an address that is not followed. {error.faults[0].message}"
        raise job.error("FETCH_REDIRECT", finding, BY_HAND, error.faults[0].value) from error
    if url.startswith("https:") and not following.startswith("https:"):
        raise job.error("FETCH_REDIRECT", "The server redirects from https to http.", BY_HAND, following)
    return following


def _address_error(code: str, name: str, message: str, value: str) -> FetchError:
    remedy = "Write an address that begins with https:// and opens in a browser without signing in."
    return FetchError(fault(code, name, message, remedy, value))


def without_query(url: str) -> str:
    """An address without what may be a signature."""
    return urllib.parse.urlsplit(url)._replace(query="").geturl()
