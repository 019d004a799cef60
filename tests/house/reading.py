"""The four folders as the laws see them: files, what they import, rooms and their order."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
LAYERS = ("gis_data", "coverage", "maps", "scripts")  # each imports itself and what is to its left
LAUNCHERS = ("browser", "environment", "lock", "plan", "test")  # run as files: the standard library and each other

LIBRARY = "scripts/api"
"""The one room whose import name leaves its folder out."""

ORDER = (
    "gis_data/errors",
    "gis_data/catalogue",
    "gis_data/area_codes",
    "gis_data/crs",
    "gis_data/files",
    "gis_data/layers",
    "gis_data/shapes",
    "gis_data/rasters",
    "gis_data/tabular",
    "gis_data/readers/venues",
    "gis_data/readers/base",
    "gis_data/readers",
    "gis_data/fetch",
    "coverage/light_frames",
    "coverage/sums",
    "coverage/draws",
    "coverage/user_groups",
    "coverage/objectives",
    "coverage/parameters",
    "coverage/discounting",
    "coverage/places",
    "coverage/gaps",
    "coverage/clusters",
    "coverage/change",
    "coverage/forecast",
    "coverage/scoring",
    "coverage/footfall",
    "coverage/need",
    "coverage/base_map",
    "coverage/postcode_spots",
    "coverage/known_names",
    "coverage/demand",
    "coverage/reach/surface",
    "coverage/reach",
    "coverage/use",
    "coverage/covering/large",
    "coverage/covering",
    "coverage/siting",
    "coverage/lines",
    "coverage/case",
    "coverage/delivery",
    "coverage/opponent",
    "coverage/programme",
    "coverage/front",
    "coverage/matching",
    "coverage/release_age",
    "coverage/stepwise",
    "coverage/plan_record",
    "coverage/plan",
    "coverage/all_faults",
    "maps/numerals",
    "maps/signs",
    "maps/choropleth",
    "maps/words",
    "maps/tables",
    "maps/gis",
    "maps/pictures",
    "maps/page",
    "maps/workbook",
    "maps/figures",
    "maps/document",
    "maps/printing",
    "maps/formats",
    "maps/folder",
    "maps/pack",
    "scripts/terminal",
    "scripts/config",
    "scripts/kept",
    "scripts/api",
    "scripts/docs",
    "scripts/sample",
    "scripts/commands",
    "scripts/grammar",
    "scripts/cli",
    "scripts/bench",
)
"""Every room, from the ground up: a room imports those above it in this list. A module that lies directly in one of the
four folders is a room of one module, and its own door. A room inside a room belongs to it alone."""

COLLECTIONS = ("scripts/docs", "scripts/sample", "scripts/commands", "scripts/bench")
"""Rooms without a door: each of their modules is its own, for each does one thing and is asked for by its name."""


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def import_name(path: Path) -> str:
    """The name that a module is imported by; the library's leaves its folder out: connected_place.api."""
    parts = path.relative_to(ROOT).with_suffix("").as_posix().replace(LIBRARY, "api").split("/")
    return ".".join(["connected_place", *parts]).removesuffix(".__init__")


def name_of(path: Path, root: Path = ROOT) -> str:
    return path.relative_to(root).as_posix()


def layer_of(path: Path) -> str:
    """The folder of the top level that a file lies in, at any depth."""
    return next(part for part in reversed(path.parts) if part in LAYERS)


def is_program(path: Path) -> bool:
    """A launcher or a bench: run as a file, imported by nothing."""
    return path.parent.name == "bench" or (path.parent.name == "scripts" and path.stem in LAUNCHERS)


def files(root: Path = ROOT) -> list[Path]:
    """Every module of the four folders."""
    return [path for layer in LAYERS for path in sorted((root / layer).rglob("*.py"))]


def sources(root: Path = ROOT) -> list[Path]:
    """Every module that an installation has or a launcher is: all but the benches."""
    return [path for path in files(root) if path.parent.name != "bench"]


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Every module that a file imports, at its top or in a function, and the name that it takes from it, "" for none.

    Relative modules come with their dots.
    """
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)


def imported(path: Path) -> Iterator[str]:
    """As `imports`, module and name in one."""
    yield from (f"{module}.{name}".removesuffix(".") for module, name in imports(path))


def room_of(path: Path, root: Path = ROOT) -> str:
    """The folder that a module lies in; for one that lies directly in one of the four folders the module itself."""
    name = PurePosixPath(name_of(path, root))
    return str(name.parent) if len(name.parts) > 2 else str(name.with_suffix(""))


def rooms(root: Path = ROOT) -> dict[str, list[Path]]:
    """The modules of each room, doors included; launchers live in none."""
    found: dict[str, list[Path]] = {}
    for path in files(root):
        if not (path.parent.name == "scripts" and path.stem in LAUNCHERS):
            found.setdefault(room_of(path, root), []).append(path)
    return found


def exported(door: Path) -> list[str]:
    """The names of a door, as its `__all__` lists them."""
    for node in reversed(tree(door).body):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def public_names(module: ast.Module) -> Iterator[str]:
    """Functions, classes and constants at the top of a module that no underscore makes its own."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        else:
            found = []
        yield from (name for name in found if not name.startswith("_"))


def functions(module: ast.Module) -> Iterator[tuple[ast.FunctionDef, int]]:
    """Every function with its length in lines, the docstring left out."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            first = node.body[0]
            spoken = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node, clean=False) else 0
            yield node, (node.end_lineno or 0) - node.lineno + 1 - spoken
