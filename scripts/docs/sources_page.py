"""docs/sources.md from the catalogue: run it after changing sources.toml, which a test checks.

Run with: python -m connected_place.scripts.docs.sources_page
"""

from __future__ import annotations

from pathlib import Path

from connected_place.gis_data.catalogue import Column, Release, Source, catalogue

SOURCES_PAGE = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
HEAD = """# Sources

Made from `gis_data/sources.toml` by `python -m connected_place.scripts.docs.sources_page`; do not edit.

Every kind of file that the planner reads: its publisher, its licence, and the headers by which its columns are found.
Case, spaces and underscores in a header are ignored.

A [[source]] in plan.toml has a `kind` and a `path`, and where they are needed:

| key | meaning | example |
|---|---|---|
| `columns` | which header is which column | `{ name = "Asset name" }` |
| `release` | month or year, if the file does not say | `"2026-01"` |
| `sheet` | the worksheet to read; needed if several look alike | `"Mid-2024 LSOA 2021"` |
| `header_rows` | how many rows the header covers, if that is not clear from the rows | `2` |
| `rows` | which rows to keep, by the text in a column | `{ Sex = "Persons" }` |
| `kind_of_all` | the kind of every venue in the file | `"street furniture"` |
| `role` | `"before"` for an earlier vintage, of which there may be any number | `"before"` |
| `url` | where `fetch` downloads it from | `"https://..."` |
"""


def sources_page() -> str:
    """The page as Markdown."""
    kinds = catalogue().values()
    rows = [f"| [`{item.id}`](#{item.id}) | {item.title} | {item.publisher} | {item.needed} |" for item in kinds]
    table = "\n".join(["", "| kind | what | publisher | needed |", "|---|---|---|---|", *rows, ""])
    return HEAD + table + "".join(_section(item) for item in kinds)


def _main() -> int:
    """Write the page."""
    SOURCES_PAGE.write_text(sources_page(), encoding="utf-8", newline="")
    print(f"Wrote {SOURCES_PAGE.name}: {len(catalogue())} kinds.")
    return 0


def _section(item: Source) -> str:
    lines = [
        f"\n## {item.id}",
        f"{item.title}. {item.publisher}{f', <{item.page}>' if item.page else ''}.",
        "",
        f"- Take: {item.get}",
        *([] if item.used else ["- Checked, but not used by this version."]),
        f"- Licence: {item.licence}",
        f"- Attribution: {item.attribution}",
    ]
    if item.columns:
        lines += ["", "| column | kind | required | headers |", "|---|---|---|---|", *map(_column_row, item.columns)]
    if item.releases:
        lines += ["", "| releases | SFBB | tiers from percentages | tiers from counts |", "|---|---|---|---|"]
        lines += map(_release_row, item.releases)
    return "\n".join(lines) + "\n"


def _column_row(column: Column) -> str:
    headers = ", ".join(f"`{spelling}`" for spelling in column.spellings)
    return f"| {column.name} | {column.kind} | {'yes' if column.required else 'no'} | {headers} |"


def _release_row(item: Release) -> str:
    until = "now" if item.until.startswith("2099") else item.until
    shares, counts = (", ".join(tiers) or "-" for tiers in (item.share, item.count))
    return f"| {item.since} to {until} | {item.sfbb} | {shares} | {counts} |"


if __name__ == "__main__":
    raise SystemExit(_main())
