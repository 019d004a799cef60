"""Guards of names and sizes: one name is one thing, and rooms, modules and functions can be seen whole."""

import re

import pytest

from .reading import ROOT, files, functions, is_program, name_of, public_names, rooms, sources, tree

MOST_MODULES, MOST_LINES, MOST_STATEMENT_LINES = 20, 400, 50

LONG_MODULES: set[str] = set()
"""Longer than that today."""

LONG_FUNCTIONS = {
    "maps/pictures/money_charts.py: tornado_chart",
    "maps/workbook/appraisal.py: _formulas",
}
"""Longer than that today."""


def twice(root=ROOT):
    """Public names that two modules define; launchers and benches are programs, each a world of its own."""
    found = {}
    for path in files(root):
        if not is_program(path):
            for name in dict.fromkeys(public_names(tree(path))):
                found.setdefault(name, []).append(name_of(path, root))
    return {name: where for name, where in found.items() if len(where) > 1}


def test_no_public_name_is_defined_twice():
    found = [f"{name}: {' and '.join(where)}" for name, where in sorted(twice().items())]
    assert not found, "\n".join(
        ["one name is one thing; rename it, or let an underscore keep it to its module:", *found]
    )


@pytest.mark.parametrize(
    ("first", "second", "is_twice"),
    [
        ("def gap(): ...", "class gap: ...", True),
        ("def gap(): ...", "gap: int = 3", True),
        ("LOW, HIGH = 1, 2", "HIGH = 3", True),
        ("def gap(): ...", "def _gap(): ...", False),
        ("def gap(): ...", "def other():\n    gap = 3", False),
        ("def gap(): ...", "from connected_place.coverage.gap import gap", False),
        ("__all__ = ['a']", "__all__ = ['b']", False),
    ],
)
def test_the_guard_of_names_tells_right_from_wrong(tmp_path, first, second, is_twice):
    for layer, text in (("coverage", first), ("maps", second)):
        (tmp_path / layer).mkdir()
        (tmp_path / layer / f"{layer}_.py").write_text(text)
    assert bool(twice(tmp_path)) == is_twice


def test_a_launcher_or_a_bench_may_take_any_name(tmp_path):
    for name in ("coverage/gap.py", "scripts/bench/gap.py", "scripts/lock.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("def main(): ...")
    assert not twice(tmp_path)


def test_no_module_has_a_name_that_says_nothing():
    empty = re.compile(r"utils?|helpers?|common|misc|tools?|stuff|base|core|(.+_)?(utils?|helpers?|manager|handler)")
    found = [name_of(path) for path in sources() if empty.fullmatch(path.stem)]
    assert not found, f"{found}: name a module after the question it answers"


def crowded(root=ROOT):
    """Rooms with more modules than a reader keeps in mind, the door not counted."""
    counts = {room: sum(path.name != "__init__.py" for path in paths) for room, paths in rooms(root).items()}
    return {room: count for room, count in counts.items() if count > MOST_MODULES}


def long_modules(root=ROOT):
    lengths = {name_of(path, root): len(path.read_text(encoding="utf-8").splitlines()) for path in files(root)}
    return {name: length for name, length in lengths.items() if length > MOST_LINES}


def long_functions(root=ROOT):
    return {
        f"{name_of(path, root)}: {node.name}": length
        for path in sources(root)
        for node, length in functions(tree(path))
        if length > MOST_STATEMENT_LINES
    }


def test_no_room_is_crowded():
    assert not crowded(), f"{crowded()}: a room has at most {MOST_MODULES} modules; find the two rooms in it"


@pytest.mark.parametrize(
    ("found", "named", "most"),
    [(long_modules, LONG_MODULES, MOST_LINES), (long_functions, LONG_FUNCTIONS, MOST_STATEMENT_LINES)],
    ids=["modules", "functions"],
)
def test_modules_and_functions_are_short_enough_to_see_whole(found, named, most):
    longer = {name: length for name, length in found().items() if name not in named}
    assert not longer, f"longer than {most} lines: {longer}; find the two questions that it answers"
    shorter = named - set(found())
    assert not shorter, f"{shorter} fit now: take them off the list of exceptions"


@pytest.mark.parametrize("more", [0, 1])
def test_the_guards_of_sizes_tell_right_from_wrong(tmp_path, more):
    room = tmp_path / "coverage" / "gaps"
    room.mkdir(parents=True)
    for number in range(MOST_MODULES + more):
        (room / f"part_{number}.py").write_text("")
    (room / "__init__.py").write_text("\n" * (MOST_LINES + more))
    body = "\n".join(
        ['    """Not counted.\n\n    Over three lines."""', *["    x = 1"] * (MOST_STATEMENT_LINES - 1 + more)]
    )
    (room / "part_0.py").write_text(f"def long():\n{body}\n")
    assert (bool(crowded(tmp_path)), bool(long_modules(tmp_path)), bool(long_functions(tmp_path))) == (bool(more),) * 3
