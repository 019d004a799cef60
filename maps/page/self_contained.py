"""A self-contained page: its policy, its own scripts and styles, and a check that it loads nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence
from html.parser import HTMLParser

from markupsafe import Markup

ASKING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest", "ping"}
"""Attributes that make a browser fetch an address."""


class AssetError(ValueError):
    """A page would fetch an address, or a file that is not packaged."""


def unended_markup(texts: Sequence[str]) -> tuple[Markup, ...]:
    """Texts for `<style>` and `<script>`, checked for markup that would end them early.

    Raises
    ------
    AssetError
    """
    for text in texts:
        if re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
            raise AssetError("A script or style of the page contains markup that would end it early.")
    return tuple(map(Markup, texts))


def policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Content security policy: nothing is fetched, only these scripts run and only these styles apply.

    Styles do not need 'unsafe-inline': Leaflet sets its styles through the object model, which the policy does not
    restrict, and no element of the page has a `style` attribute. `frame-ancestors` cannot be set from a `<meta>`.
    """
    return (
        f"default-src 'none'; script-src {' '.join(map(_hash, scripts))}; style-src {' '.join(map(_hash, styles))}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@functools.lru_cache(maxsize=64)
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def refuse_addresses(html: str) -> None:
    """Check that a page loads nothing: links may lead elsewhere, everything else must be inside the file.

    Raises
    ------
    AssetError
        Naming every address that a browser would fetch.

    Examples
    --------
    >>> refuse_addresses('<a href="https://example.org/">more</a><img src="data:,">')
    """
    seen = _Addresses()
    seen.feed(html)
    seen.close()
    if seen.found:
        raise AssetError(
            "The page would fetch " + ", ".join(sorted(set(seen.found))) + ". A page must work without a network."
        )


class _Addresses(HTMLParser):
    """Collects what a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            asks = name in ASKING or (name in ("href", "xlink:href") and tag != "a")
            if asks and not (value or "").startswith(("data:", "#")):
                self.found.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            found = re.findall(r"url\(\s*[\"']?((?!data:|#)[^)\"']*)|@import\s+([^;]*)", data)
            self.found.extend("".join(item) for item in found)
