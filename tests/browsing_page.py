"""One page in the browser, with all that it asked for and said."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import BrowserContext

CELLS = "rows => Array.from(rows, row => Array.from(row.cells, cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"


class Opened:
    """A page in the browser, with all that it asked for and said."""

    def __init__(self, context: BrowserContext, file: Path, fragment: str = ""):
        self.page = context.new_page()
        self.requests: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.address = file.as_uri()
        self.page.goto(self.address + fragment)

    def texts(self, selector: str) -> list[str]:
        """Text of each element, with its spaces as a reader sees them."""
        return [" ".join(text.split()) for text in self.page.locator(selector).all_text_contents()]

    def rows(self, body: str) -> list[list[str]]:
        """Cells of a table's body, a list a row."""
        found: list[list[str]] = self.page.locator(f"{body} > tr").evaluate_all(CELLS)
        return found
