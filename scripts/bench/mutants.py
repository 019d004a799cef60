"""Do the tests notice a mistake? Small mistakes put into one module at a time, each tried by the tests of its room.

    python scripts/bench/mutants.py                                  the twelve modules that every figure goes through
    python scripts/bench/mutants.py coverage/gaps/gap.py --each 40   one module, forty mistakes
    python scripts/bench/mutants.py coverage/gaps/gap.py --list      what could be put in, without running anything

A mistake is drawn by a seed and put in as the module is imported: no file changes, and whatever starts a process of its
own sees the true module. So the tests of the house, which read files and start processes, are not run; the examples
in the module's documentation are. Each mistake has a child of this process that forks when pandas and its like are
loaded (POSIX only), and a limit of processor time, so that a busy machine changes nothing; an endless loop counts as
noticed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import doctest
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parents[2]
CORE = (
    "coverage/delivery/who_pays.py",
    "coverage/need/levels.py",
    "coverage/need/ranked_areas.py",
    "coverage/gaps/gap.py",
    "coverage/gaps/units.py",
    "coverage/gaps/denominators.py",
    "coverage/footfall/points.py",
    "coverage/footfall/index.py",
    "coverage/scoring/weighted_score.py",
    "coverage/case/present_values.py",
    "coverage/case/lines.py",
    "coverage/reach/chances.py",
)
LOADED = ("numpy", "pandas", "geopandas", "scipy.sparse", "scipy.spatial", "shapely", "pyogrio", "highspy", "pytest",
          "hypothesis", "hypothesis.strategies", "playwright.sync_api")  # fmt: skip
"""What tests import and no mistake touches, loaded once for all children."""

QUIETLY = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning")
LOOSELY = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
CPU_LIMIT_S = 300
WANTED_SHARE = 0.95
Change = Callable[[], None]
"""Puts one mistake into a tree."""


# --- mistakes ------------------------------------------------------------------------------------------------


SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
RENAMED = {
    "min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any",
    "idxmin": "idxmax", "idxmax": "idxmin", "nanmin": "nanmax", "nanmax": "nanmin", "isna": "notna", "notna": "isna",
    "floor": "ceil", "ceil": "floor", "cumsum": "cumprod",
}  # fmt: skip
DROPPED = {"clip", "fillna", "where", "mask", "round", "dropna", "reindex", "sort_index", "sort_values", "abs"}
"""Methods without which the receiver itself is taken."""


@dataclass(frozen=True)
class Place:
    """One node of a tree: where its parent holds it."""

    parent: ast.AST
    field: str
    at: int | None

    @property
    def node(self) -> ast.AST:
        """The node that lies there."""
        held = getattr(self.parent, self.field)
        return held if self.at is None else held[self.at]

    def put(self, node: ast.AST) -> None:
        """Lay another there."""
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


def mistakes(tree: ast.Module) -> list[tuple[ast.AST, Change]]:
    """Every mistake that can be put into a tree, in the order of the text: the expression it is in, and its change."""
    return [(within, change) for place, within in _places(tree, tree) for change in _changes(place)]


def _places(parent: ast.AST, within: ast.AST) -> Iterator[tuple[Place, ast.AST]]:
    """All nodes that run: neither annotations nor decorators, of which a changed one changes nothing."""
    for field, held in ast.iter_fields(parent):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for at, node in enumerate(held) if isinstance(held, list) else [(None, held)]:
            if isinstance(node, ast.AST):
                inner = node if isinstance(node, ast.stmt) else within
                yield Place(parent, field, at), inner
                yield from _places(node, inner)


def _changes(place: Place) -> Iterator[Change]:
    """The mistakes that one node can be made to hold."""
    node = place.node
    if type(node) in SWAPPED and not _is_union(place):
        yield lambda: place.put(SWAPPED[type(node)]())
    elif isinstance(node, ast.Constant):
        yield from (_putting(place, other) for other in _other_constants(node.value))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert | ast.USub):
        yield _putting(place, node.operand)
    elif isinstance(node, ast.IfExp):
        yield _putting(place, ast.IfExp(node.test, node.orelse, node.body))
    elif ast.unparse(node) in ("np.nan", "NAN", "float('nan')"):
        yield _putting(place, ast.Constant(0.0))
    elif isinstance(node, ast.Call):
        yield from _changed_calls(place, node)


def _putting(place: Place, node: ast.AST) -> Change:
    return lambda: place.put(node)


def _other_constants(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        if value == 0 and isinstance(value, float):
            yield ast.Call(ast.Name("float", ast.Load()), [ast.Constant("nan")], [])


def _changed_calls(place: Place, node: ast.Call) -> Iterator[Change]:
    """Another function, or none: the receiver as it is."""
    called = node.func
    if isinstance(called, ast.Name) and called.id in RENAMED:
        yield lambda: setattr(called, "id", RENAMED[called.id])
    elif isinstance(called, ast.Attribute) and called.attr in RENAMED:
        yield lambda: setattr(called, "attr", RENAMED[called.attr])
    elif isinstance(called, ast.Attribute) and called.attr in DROPPED and not _is_module(called.value):
        yield _putting(place, called.value)


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "pd")


def _is_union(place: Place) -> bool:
    """`float | None` in a cast or an alias says nothing that runs."""
    sides = [getattr(place.parent, "left", None), getattr(place.parent, "right", None)]
    return any(isinstance(side, ast.Constant) and side.value is None for side in sides)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A module with one mistake in it."""

    file: Path
    number: int
    line: int
    before: str
    after: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} [{self.number}]  {self.before}   ->   {self.after}"


def mutants(file: Path) -> list[Mutant]:
    """Every mutant of a file that is another program than the file."""
    source = file.read_text(encoding="utf-8")
    true = ast.dump(ast.parse(source))
    found = []
    for number in range(len(mistakes(ast.parse(source)))):
        tree = ast.parse(source)
        within, change = mistakes(tree)[number]
        before = copy.deepcopy(within)
        change()
        ast.fix_missing_locations(tree)
        if ast.dump(tree) != true:
            line = getattr(within, "lineno", 0)
            old, new = _difference(ast.unparse(before), ast.unparse(within))
            found.append(Mutant(file=file, number=number, line=line, before=old, after=new, tree=tree))
    return found


def _difference(old: str, new: str, *, around: int = 30) -> tuple[str, str]:
    """Two texts where they differ, with something around it."""
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    pairs = zip(reversed(old[start:]), reversed(new[start:]), strict=False)
    end = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)) - start)
    first = max(0, start - around)
    cut = [text[first : len(text) - end + around] for text in (old, new)]
    return " ".join(cut[0].split()), " ".join(cut[1].split())


# --- trials --------------------------------------------------------------------------------------------------


class _Mutated(importlib.machinery.SourceFileLoader):
    """Loads the mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(module_name(mutant.file), str(mutant.file))
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """Of the tree with the mistake."""
        return compile(self.mutant.tree, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the mutant, and no other module."""

    def __init__(self, mutant: Mutant) -> None:
        self.loader = _Mutated(mutant)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The mutant, if that is what is asked for."""
        wanted = fullname == self.loader.name
        return importlib.util.spec_from_loader(fullname, self.loader) if wanted else None


def module_name(file: Path) -> str:
    """Name by which a file is imported."""
    return ".".join(["connected_place", *file.relative_to(ROOT).with_suffix("").parts])


def tests_of(file: Path) -> list[str]:
    """The tests of a module's room, its own first, so that most mistakes are noticed at once."""
    room = ROOT / "tests" / file.parent.name
    own = room / f"test_{file.stem}.py"
    return [str(path) for path in (own, room) if path.exists()]


def begin(file: Path, mutant: Mutant | None) -> int:
    """Start the tests of a file's room in a child, on the mutant if there is one; the child's process id."""
    child = os.fork()
    if child:
        return child
    code = 3
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.chdir(ROOT)
        if mutant:
            sys.meta_path.insert(0, _Finder(mutant))
        import pytest

        examples = doctest.testmod(importlib.import_module(module_name(file)), optionflags=LOOSELY)
        code = examples.failed or int(pytest.main([*QUIETLY, *tests_of(file)]))
    finally:
        os._exit(code)


def survivors(chosen: Sequence[Mutant], *, at_once: int) -> tuple[list[Mutant], float]:
    """Those whose tests all pass, and seconds of processor time that all took."""
    waiting, found = list(chosen), []
    running: dict[int, Mutant] = {}
    seconds = 0.0
    while waiting or running:
        while waiting and len(running) < at_once:
            mutant = waiting.pop(0)
            running[begin(mutant.file, mutant)] = mutant
        child, status, used = os.wait3(0)
        seconds += used.ru_utime + used.ru_stime
        mutant = running.pop(child)
        if status == 0:
            found.append(mutant)
        print("S" if status == 0 else ".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return sorted(found, key=lambda one: one.number), seconds


def sample(file: Path, *, each: int, seed: int) -> list[Mutant]:
    """Some mutants of a file, drawn by the seed and the file's name."""
    every = mutants(file)
    draw = random.Random(f"{seed} {file.relative_to(ROOT).as_posix()}")
    return sorted(draw.sample(every, min(each, len(every))), key=lambda one: one.number)


def main() -> int:
    """Try mutants of the files named; 1 where fewer than the wanted share are noticed, 2 where tests fail anyway."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=[Path(name) for name in CORE])
    parser.add_argument("--each", type=int, default=13, help="mistakes for each module (default: 13)")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--at-once", type=int, default=2, help="children at a time (default: 2)")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of mistakes, as a report names them")
    parser.add_argument("--list", action="store_true", help="list the mistakes and run nothing")
    asked = parser.parse_args()
    os.environ["CI"] = "true"  # so that hypothesis draws the same examples each time
    files = [(ROOT / file).resolve() for file in asked.files]
    if not asked.list:
        for name in LOADED:
            importlib.import_module(name)
    tried = missed = 0
    for file in files:
        chosen = sample(file, each=asked.each, seed=asked.seed)
        if asked.only is not None:
            chosen = [one for one in mutants(file) if one.number in asked.only]
        if asked.list:
            print(*chosen, sep="\n")
            continue
        if os.waitpid(begin(file, None), 0)[1] != 0:
            print(f"{file.relative_to(ROOT)}: its tests fail without any mistake.")
            return 2
        left, seconds = survivors(chosen, at_once=asked.at_once)
        tried, missed = tried + len(chosen), missed + len(left)
        print(f"{file.relative_to(ROOT)}: {len(chosen) - len(left)} of {len(chosen)} noticed ({seconds:.0f} s)")
        print(*(f"    {one}" for one in left), sep="\n" if left else "", flush=True)
    if tried:
        print(f"{tried - missed} of {tried} noticed ({(tried - missed) / tried:.0%})")
    return int(bool(tried) and missed > (1 - WANTED_SHARE) * tried)


if __name__ == "__main__":
    sys.exit(main())
