"""docs/library.md from the docstrings of connected_place.api: run it after a change, which a test checks.

Run with: python -m connected_place.scripts.docs.library_page
"""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import connected_place.api as library

LIBRARY_PAGE = Path(__file__).resolve().parents[2] / "docs" / "library.md"
_HEAD = """# The library

Made from the docstrings of `connected_place.api` by `python -m connected_place.scripts.docs.library_page`; do not edit.
[sample-borough.ipynb](sample-borough.ipynb) is a notebook that uses all of it.
"""
_RULE = re.compile(r"-{3,}")
_CODE = ("Examples",)


def library_page() -> str:
    """The page as Markdown."""
    names = sorted(
        library.__all__, key=lambda name: (not inspect.isroutine(inspect.unwrap(getattr(library, name))), name)
    )
    parts = [_HEAD, *_markdown(library.__doc__ or "")]
    for name in names:
        parts += _entry(name, getattr(library, name))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def public_parts(kind: type) -> dict[str, Any]:
    """Public methods and properties of a class, in the order of its source."""
    parts = (property, cached_property)
    return {
        name: part
        for name, part in vars(kind).items()
        if not name.startswith("_") and (inspect.isfunction(part) or isinstance(part, parts))
    }


def _main() -> int:
    """Write the page."""
    LIBRARY_PAGE.write_text(library_page(), encoding="utf-8", newline="")
    print(f"Wrote {LIBRARY_PAGE.name}: {len(library.__all__)} names.")
    return 0


def _entry(name: str, thing: Any) -> Iterator[str]:
    """A function, or a class with its parts."""
    if not inspect.isclass(thing):
        yield f"\n## {name}\n\n```python\ncp.{name}{_signature(thing)}\n```\n"
        yield from _markdown(thing.__doc__ or "")
        return
    yield f"\n## {name}\n"
    yield from _markdown(thing.__doc__ or "")
    for part, member in (public_parts(thing) if thing.__module__.startswith(library.__name__) else {}).items():
        call = _signature(member) if inspect.isfunction(member) else ""
        yield f"\n### {name}.{part}\n" + (f"\n```python\n.{part}{call}\n```\n" if call else "")
        yield from _markdown(member.__doc__ or "")


def _signature(call: Any) -> str:
    """The signature, without `self` and with types as in the source."""
    signature = inspect.signature(inspect.unwrap(call))
    kept = [part for name, part in signature.parameters.items() if name != "self"]
    return re.sub(r"'([^']*)'(?=[,)\s]|$)", _unquoted, str(signature.replace(parameters=kept)))


def _unquoted(found: re.Match[str]) -> str:
    """A type, kept as text by `from __future__ import annotations`; a default that is text keeps its quotes."""
    before = found.string[: found.start()]
    return found[1] if before.endswith((": ", "-> ")) else found[0]


def _markdown(text: str) -> Iterator[str]:
    """A numpydoc docstring as Markdown."""
    lines = inspect.cleandoc(text).splitlines()
    starts = [at for at in range(len(lines) - 1) if lines[at] and _RULE.fullmatch(lines[at + 1])]
    yield "\n".join(lines[: starts[0] if starts else len(lines)]).strip() + "\n"
    for at, end in itertools.pairwise([*starts, len(lines)]):
        body = "\n".join(lines[at + 2 : end]).strip("\n")
        yield f"**{lines[at]}**\n"
        yield f"```python\n{body}\n```\n" if lines[at] in _CODE else "\n".join(_listed(body)) + "\n"


def _listed(body: str) -> Iterator[str]:
    """`name : type` and the indented text below it as a list item; other lines unchanged."""
    for block in re.split(r"\n(?=\S)", body):
        head, _, words = block.partition("\n")
        name, _, kind = head.partition(" : ")
        said = " ".join(line.strip() for line in words.splitlines())
        item = f"`{name}` ({kind})" if kind else head
        yield f"- {item}" + (f": {said}" if said else "")


if __name__ == "__main__":
    raise SystemExit(_main())
