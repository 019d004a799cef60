"""Guards of the four folders: what each may contain and import."""

import os
import subprocess
import sys

import pytest

from .reading import LAUNCHERS, LAYERS, ROOT, imported, layer_of, name_of, sources


def test_no_folder_is_a_regular_package():
    """`coverage/` with an __init__.py would be imported instead of coverage.py by every tool started here."""
    found = [name_of(path) for folder in (*LAYERS, "tests/coverage") for path in (ROOT / folder).glob("__init__.py")]
    assert not found, f"delete {found}: a folder coverage/ that is a regular package shadows coverage.py"


@pytest.mark.parametrize("layer", LAYERS)
def test_every_folder_says_that_it_is_typed(layer):
    assert (ROOT / layer / "py.typed").is_file(), f"{layer}/py.typed is missing: type checkers would ignore the folder"


def test_import_coverage_gives_coverage_py(tmp_path):
    """A world where coverage.py is a package with one name, later on the path than the project's root."""
    (tmp_path / "coverage").mkdir()
    (tmp_path / "coverage" / "__init__.py").write_text("WHO = 'coverage.py'\n")
    answer = subprocess.run(
        [sys.executable, "-c", "import coverage; print(getattr(coverage, 'WHO', coverage.__path__))"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "coverage.py", "in the project's root, `import coverage` finds the folder coverage/"


def test_layers_import_only_themselves_and_what_is_to_their_left():
    faults = [f"{name_of(path)}: {fault}" for path in sources() for fault in layering_faults(path)]
    assert not faults, "\n".join(["the order is " + " <- ".join(LAYERS), *faults])


def layering_faults(path):
    allowed = LAYERS[: LAYERS.index(layer_of(path)) + 1]
    for module in imported(path):
        first, _, rest = module.partition(".")
        if not first:
            yield f"`{module}` is a relative import; write connected_place.<folder>.<module>"
        elif first in LAYERS:
            yield f"`{module}` goes by the folder's name; its import name is connected_place.{module}"
        elif f"{module}.".startswith("connected_place.scripts.api."):
            yield f"`{module}` has one import name, connected_place.api: two would be two copies of it"
        elif first == "connected_place" and rest.split(".")[0].replace("api", "scripts") not in allowed:
            yield f"`{module}` stands to its right"


@pytest.mark.parametrize(
    ("layer", "line", "word"),
    [
        ("gis_data", "from connected_place.coverage import gap", "right"),
        ("gis_data", "import connected_place.maps.page", "right"),
        ("maps", "def draw():\n    from connected_place.scripts import cli", "right"),
        ("maps", "from connected_place import scripts", "right"),
        ("coverage", "from .. import gap", "relative"),
        ("coverage", "from gis_data.layers import Layer", "folder's name"),
        ("coverage", "from connected_place.gis_data import layers", None),
        ("coverage", "from connected_place.coverage.gaps.gap import gap_by_area", None),
        ("scripts", "from connected_place.maps import page", None),
        ("scripts", "from connected_place.api import open_plan", None),
        ("scripts", "import connected_place.api as cp", None),
        ("maps", "from connected_place.api import open_plan", "right"),
        ("scripts", "from connected_place.scripts.api import open_plan", "one import name"),
        ("scripts", "from connected_place.scripts import api", "one import name"),
    ],
)
def test_the_layering_guard_tells_right_from_wrong(tmp_path, layer, line, word):
    (tmp_path / layer).mkdir()
    path = tmp_path / layer / "module.py"
    path.write_text(line)
    faults = list(layering_faults(path))
    assert word in faults[0] if word else not faults


@pytest.mark.parametrize("name", LAUNCHERS)
def test_launchers_import_the_standard_library_and_each_other(name):
    """On a fresh machine there is nothing else."""
    tops = {module.split(".")[0] for module in imported(ROOT / "scripts" / f"{name}.py")}
    foreign = tops - sys.stdlib_module_names - set(LAUNCHERS)
    assert not foreign, f"scripts/{name}.py imports {foreign}, which a fresh machine does not have"


def test_no_script_takes_the_name_of_a_standard_module():
    """A launcher puts scripts/ first on the path: scripts/json.py would replace json for it."""
    taken = {path.stem for path in (ROOT / "scripts").glob("*.py")} & sys.stdlib_module_names
    assert not taken, f"rename {taken} in scripts/: the launchers would import it instead of Python's own"
