"""Guards of the rooms: one is entered by its door only, from a room above it, and a door has few names."""

import pytest

from .reading import COLLECTIONS, LAUNCHERS, ORDER, ROOT, exported, files, imports, name_of, room_of, rooms, tree

MOST_NAMES = 15
OPEN_DOORS = ("scripts/api",)  # the library: its names are for notebooks, whether another room uses them or not


def entered(module, name, root=ROOT):
    """The room that an import leads to, the module behind its door that it goes to ("": none), and what it takes.

    `from connected_place.maps.page import pages` takes `pages` by the door of `maps/page`;
    `from connected_place.maps.page.facts import shown` goes behind that door, to `facts`.
    """
    parts = module.split(".")[1:]
    parts = ["scripts", *parts] if parts[:1] == ["api"] else parts
    if len(parts) < 2 or (name and root.joinpath(*parts, name, "__init__.py").is_file()):
        parts, name = [*parts, name], ""  # `from connected_place.maps import page`
    depth = 2
    while len(parts) > depth and root.joinpath(*parts[: depth + 1]).is_dir():
        depth += 1
    return "/".join(parts[:depth]), ".".join(parts[depth:]), name


def entries(root=ROOT):
    """Every import: the module that makes it, its room, the room entered, the module behind its door, what is taken."""
    for path in files(root):
        if not (path.parent.name == "scripts" and path.stem in LAUNCHERS):
            for module, name in imports(path):
                if module.split(".")[0] == "connected_place":
                    yield path, room_of(path, root), *entered(module, name, root)


def is_inside(room, other):
    return room.startswith(f"{other}/")


def door_fault(path, here, there, behind, taken, root=ROOT):
    """What is wrong with how a room is entered, if anything."""
    door = root / there / "__init__.py"
    if not door.is_file() or there in COLLECTIONS or here == "scripts/bench" or path == door:
        return None  # a module that is its own door; and a bench, like a test, measures what lies inside
    if here == there:
        is_module = behind or (root / there / f"{taken}.py").is_file()
        return None if is_module else "is its own door; import the module"
    if is_inside(here, there):
        return None
    if any(is_inside(there, other) and here != other for other in rooms(root)):
        return "belongs to the room around it; that room's door must give what others need"
    if behind:
        return "lies behind the door; import what the door gives"
    if taken and taken not in exported(door):
        return f"is not a name of the door {name_of(door, root)}; add it there, or ask why another room needs it"
    return None


def order_fault(here, there, order=ORDER):
    """What is wrong with the direction of one entry, if anything."""
    if here == there or is_inside(here, there) or is_inside(there, here):
        return None
    if here not in order or there not in order:
        return None  # another test says so
    return None if order.index(there) < order.index(here) else "stands below it: imports go up the list ORDER only"


def faults(found, root=ROOT):
    """One line for each entry that has a fault: who, what, and what is wrong with it."""
    return sorted(
        {
            f"{name_of(path, root)}: {' '.join([there, *(word for word in (behind, taken) if word)])} {fault}"
            for (path, _, there, behind, taken), fault in found
            if fault
        }
    )


def test_every_room_has_its_place_in_the_order():
    there = set(rooms())
    assert there == set(ORDER), f"ORDER in reading.py lacks {there - set(ORDER)} or names {set(ORDER) - there}"
    assert len(ORDER) == len(set(ORDER))


def test_a_room_is_entered_by_its_door():
    found = faults((entry, door_fault(*entry)) for entry in entries())
    assert not found, "\n".join(["a room is used by its door, so that what lies behind may change:", *found])


def test_rooms_import_only_what_is_above_them():
    found = faults((entry, order_fault(*entry[1:3])) for entry in entries())
    assert not found, "\n".join(["two rooms that import each other are one room with a wall in it:", *found])


def doors(root=ROOT):
    return [path for path in files(root) if path.name == "__init__.py" and room_of(path, root) not in COLLECTIONS]


def unused_names(root=ROOT):
    """Names of doors that no other room takes."""
    users = [entry for entry in entries(root) if entry[1] not in (entry[2], "scripts/bench")]
    taken = {(there, name) for _, _, there, _, name in users}
    return [
        f"{name_of(door, root)}: {name}"
        for door in doors(root)
        for name in exported(door)
        if room_of(door, root) not in OPEN_DOORS and (room_of(door, root), name) not in taken
    ]


def test_a_door_gives_only_what_other_rooms_use():
    found = unused_names()
    assert not found, "\n".join(["no other room uses these; take them off the door:", *found])


def wide_doors(root=ROOT):
    """Doors of more names than are known by heart."""
    counts = {name_of(door, root): len(exported(door)) for door in doors(root)}
    return {name: count for name, count in counts.items() if count > MOST_NAMES}


def test_a_door_has_few_names():
    wide = wide_doors()
    assert not wide, (
        f"more than {MOST_NAMES} names: {wide}; move a function to where it is used, make it a method of the value "
        "that it is about, give a vocabulary as one module, or split the room"
    )


def more_than_doors(root=ROOT):
    """Doors with something of their own, or with names of other rooms, or that list nothing."""
    for door in doors(root):
        kinds = {type(node).__name__ for node in tree(door).body} - {"Expr", "ImportFrom", "Assign"}
        own, taken = room_of(door, root), {entered(module, name, root)[0] for module, name in imports(door)}
        foreign = {room for room in taken if room != own and not is_inside(room, own)}
        if own not in OPEN_DOORS and (kinds or foreign or not exported(door)):
            yield f"{name_of(door, root)}: {', '.join(kinds | foreign) or 'no __all__'}"


def test_a_door_is_nothing_but_a_door():
    found = list(more_than_doors())
    assert not found, "\n".join(["a door lists names of its own room in __all__, and does nothing else:", *found])


HOUSE = {
    "gis_data/errors.py": "class Fault: ...",
    "coverage/gaps/__init__.py": "from connected_place.coverage.gaps.gap import gap\n__all__ = ['gap']",
    "coverage/gaps/gap.py": "def gap(): ...",
    "coverage/reach/__init__.py": "from connected_place.coverage.reach.sites import reach\n__all__ = ['reach']",
    "coverage/reach/sites.py": "from connected_place.coverage.reach.surface import sight\ndef reach(): ...",
    "coverage/reach/link.py": "def heard(): ...",
    "coverage/reach/surface/__init__.py": (
        "from connected_place.coverage.reach.surface.rays import sight\n__all__ = ['sight']"
    ),
    "coverage/reach/surface/rays.py": "from connected_place.coverage.reach.link import heard\ndef sight(): ...",
    "coverage/plan.py": (
        "from connected_place.coverage.reach import reach\nfrom connected_place.coverage.gaps import gap"
    ),
    "scripts/commands/__init__.py": '"""Commands."""',
    "scripts/commands/sites.py": "def sites(): ...",
    "scripts/cli.py": "from connected_place.scripts.commands.sites import sites",
    "scripts/bench/sight.py": "from connected_place.coverage.reach.surface.rays import sight",
}
"""A house of seven rooms that keeps every law."""


def built(folder, **changed):
    for name, text in (HOUSE | changed).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def faults_of(root):
    found = faults(((entry, door_fault(*entry, root) or order_fault(*entry[1:3])) for entry in entries(root)), root)
    return found + [f"{each} is unused" for each in unused_names(root)]


def test_the_guards_pass_a_house_that_keeps_the_laws(tmp_path):
    root = built(tmp_path)
    assert faults_of(root) == [*more_than_doors(root)] == []


@pytest.mark.parametrize(
    ("module", "line", "word"),
    [
        ("coverage/plan.py", "from connected_place.coverage.gaps.gap import gap", "lies behind"),
        ("coverage/plan.py", "from connected_place.coverage.reach import link", "not a name of the door"),
        ("coverage/plan.py", "def late():\n    import connected_place.coverage.reach.link", "lies behind"),
        (
            "coverage/plan.py",
            "from connected_place.coverage.reach.surface import sight",
            "belongs to the room around it",
        ),
        ("coverage/reach/sites.py", "from connected_place.coverage.reach.surface.rays import sight", "lies behind"),
        ("coverage/reach/link.py", "from connected_place.coverage.reach import reach", "its own door"),
        ("coverage/gaps/gap.py", "from connected_place.coverage.reach import reach", "stands below"),
        ("gis_data/errors.py", "from connected_place.coverage.gaps import gap", "stands below"),
        ("scripts/commands/sites.py", "from connected_place.scripts.cli import main", "stands below"),
        ("coverage/reach/__init__.py", "__all__ = ['reach', 'sites']", "sites is unused"),
    ],
)
def test_the_guards_of_doors_tell_right_from_wrong(tmp_path, module, line, word):
    """The house above, with one line more in one module."""
    root = built(tmp_path, **{module: f"{HOUSE[module]}\n{line}"})
    assert any(word in fault for fault in faults_of(root)), faults_of(root)


@pytest.mark.parametrize(("count", "is_wide"), [(MOST_NAMES, False), (MOST_NAMES + 1, True)])
def test_the_guard_of_wide_doors_counts(tmp_path, count, is_wide):
    root = built(tmp_path, **{"coverage/gaps/__init__.py": f"__all__ = {[f'name_{n}' for n in range(count)]}"})
    assert bool(wide_doors(root)) == is_wide


@pytest.mark.parametrize(
    "text",
    [
        "def gap(): ...\n__all__ = ['gap']",
        "from connected_place.coverage.reach import reach\n__all__ = ['reach']",
        "from connected_place.coverage.gaps.gap import gap",
    ],
)
def test_the_guard_of_doors_tells_right_from_wrong(tmp_path, text):
    root = built(tmp_path, **{"coverage/gaps/__init__.py": text})
    assert [fault.split(":")[0] for fault in more_than_doors(root)] == ["coverage/gaps/__init__.py"]
