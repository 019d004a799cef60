"""A self-contained page: its policy, its own scripts and styles, and a check that it loads nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Sequence

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
    from lxml import etree

    page = etree.fromstring(html, etree.HTMLParser(huge_tree=True))
    asked = [value for name in ASKING for value in page.xpath(f"//@{name}")]
    asked += page.xpath("//*[not(self::a)]/@href | //@*[name() = 'xlink:href'][not(parent::a)]")
    found = [value for value in asked if not value.startswith(("data:", "#"))]
    for style in page.xpath("//style/text()"):
        named = re.findall(r"url\(\s*[\"']?((?!data:|#)[^)\"']*)|@import\s+([^;]*)", style)
        found.extend("".join(item) for item in named)
    if found:
        raise AssetError(
            "The page would fetch " + ", ".join(sorted(set(found))) + ". A page must work without a network."
        )
