"""Pages on the disk, opened one after another in one browser tab, with their requests and messages."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext

from connected_place.coverage.plan import Plan
from connected_place.maps.page import page

from . import small_places as places
from . import worlds
from .made_once import folder_made_once, made_once

EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
"""axe's names of WCAG 2.0, 2.1 and 2.2, A and AA, and of what is good practice beside them."""

CELLS = "rows => Array.from(rows, row => Array.from(row.cells, cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"


def plan_of(world: str) -> Plan:
    """The plan of a world: "tiny" (drawn in worlds.py), "sample" (the embedded borough) or "thurrock"."""
    if world == "tiny":
        return worlds.illustrative(worlds.tiny())
    return {"sample": places.sample_plan, "thurrock": places.thurrock_plan}[world]()


@functools.cache
def pages_of(world: str) -> Mapping[str, str]:
    """Every page of a world, made once."""
    return made_once(f"pages_{world}", lambda: dict(page.pages(plan_of(world))))


def write_pages(pages: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Write pages below a folder, so that their links lead to one another; path to file."""
    for path, html in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(html, encoding="utf-8")
    return {path: folder / path for path in pages}


def written(world: str) -> dict[str, Path]:
    """Every page of a world on the disk, written once; path to file."""
    folder = folder_made_once(f"pages_of_{world}", lambda into: write_pages(pages_of(world), into))
    return {path: folder / path for path in pages_of(world)}


SCRIPT = re.compile(r"(<(script|style)\b[^>]*>).*?</\2>", re.DOTALL)
OPENING_TAG = re.compile(r"<([a-z][a-z0-9-]*)((?:\s+[\w-]+(?:=\"[^\"]*\")?)*)\s*/?>")
ATTRIBUTE = re.compile(r"([\w-]+)(?:=\"([^\"]*)\")?")


def kinds_of_structure(html: str) -> set[tuple[str, str]]:
    """Each tag with the names of its attributes and its classes, after each such tag that it follows somewhere."""
    tags = []
    for tag, rest in OPENING_TAG.findall(SCRIPT.sub(r"\1", html)):
        attributes = dict(ATTRIBUTE.findall(rest))
        tags.append(f"{tag} {' '.join(sorted(attributes))} {attributes.get('class', '')}")
    return set(itertools.pairwise(tags))


def covering(files: Mapping[str, Path], *, longest: int = 2) -> list[str]:
    """A few pages that represent all: every kind of structure of any page is on one of them, and the longest are among.

    From the longest pages on, that page is added which has most kinds that are still wanting, until none is.
    """
    by_length = sorted(files, key=lambda path: -files[path].stat().st_size)
    kinds = {path: kinds_of_structure(files[path].read_text(encoding="utf-8")) for path in by_length}
    chosen = by_length[:longest]
    wanting = set().union(*kinds.values()).difference(*(kinds[path] for path in chosen))
    while wanting:
        chosen.append(max(by_length, key=lambda path: len(kinds[path] & wanting)))
        wanting -= kinds[chosen[-1]]
    return chosen


class Tab:
    """One tab that opens page after page.

    Attributes
    ----------
    page : Page
    address : str
        Of the page that is open.
    requests, said : list of str
        What the page that is open asked for, and what it wrote to the console, threw or asked in a dialog.
    """

    def __init__(self, context: BrowserContext):
        self.page = context.new_page()
        self.address = ""
        self.requests: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", self._dismissed)

    def _dismissed(self, dialog: Any) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()

    def open(self, file: Path, fragment: str = "") -> Tab:
        """Open a page with nothing left of the one before."""
        self.page.goto("about:blank")
        self.requests.clear()
        self.said.clear()
        self.address = file.as_uri()
        self.page.goto(self.address + fragment)
        return self

    def texts(self, selector: str) -> list[str]:
        """Text of each element, with its spaces as a reader sees them."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_text_contents()]

    def rows(self, body: str) -> list[list[str]]:
        """Cells of a table's body, a list a row."""
        found: list[list[str]] = self.page.locator(f"{body} > tr").evaluate_all(CELLS)
        return found

    def unfold(self) -> Tab:
        """Open everything that folds."""
        self.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        return self

    def unroll(self) -> Tab:
        """Show tables whole instead of in a box that scrolls."""
        self.page.evaluate(
            """() => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(`.scroll { max-height: none !important; overflow: visible !important }
                                   thead th, caption span { position: static !important }`);
                document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
            }"""
        )
        return self

    def axe(
        self, *, tags: tuple[str, ...] = (), rules: tuple[str, ...] = (), without: tuple[str, ...] = (), among: str = ""
    ) -> Any:
        """What axe-core finds: violations and what it cannot decide, as `[rule, element, why]`.

        `among` is a selector of what is looked at; empty: the whole page.
        """
        if among and not self.page.locator(among).count():
            return {"violations": [], "undecided": []}
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(tags)}
        options = {
            "runOnly": only,
            "rules": {name: {"enabled": False} for name in without},
            "resultTypes": ["violations", "incomplete"],
        }
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE_SCRIPT)
        return self.page.evaluate(
            """async ([among, options]) => {
                const found = await axe.run(among || document, options);
                const lines = (kind) => found[kind].flatMap((rule) => rule.nodes.map((node) =>
                    [rule.id, node.html.slice(0, 200), (node.any[0] || node.all[0] || node.none[0] || {}).message]));
                return {violations: lines('violations'), undecided: lines('incomplete')};
            }""",
            [among, options],
        )
