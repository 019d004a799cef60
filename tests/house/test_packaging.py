"""Guards of the layout: what a folder may hold and import, and what the locks and the wheel must contain."""

import ast
import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LAYERS = ("gis_data", "coverage", "maps", "scripts")  # each imports itself and what stands to its left
LAUNCHERS = ("browser", "environment", "lock", "plan", "test")  # run as files: the standard library and each other
SOURCES = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py")) if "bench" not in path.parts]
LIBRARY = "scripts/api"  # the one room whose import name leaves its folder out: connected_place.api


def import_name(path):
    parts = path.relative_to(ROOT).with_suffix("").as_posix().replace(LIBRARY, "api").split("/")
    return ".".join(["connected_place", *parts]).removesuffix(".__init__")


MODULES = [import_name(path) for path in SOURCES if not (path.parent.name == "scripts" and path.stem in LAUNCHERS)]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path):
    """Every module that a file imports, at its top or in a function; relative ones with their dots."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"{module}.{alias.name}" for alias in node.names)


def layer_of(path):
    """The folder of the top level that a file lies in, at any depth."""
    return next(part for part in reversed(path.parts) if part in LAYERS)


def name_of(path):
    return path.relative_to(ROOT).as_posix()


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


def test_layers_import_only_themselves_and_what_stands_to_their_left():
    faults = [f"{name_of(path)}: {fault}" for path in SOURCES for fault in layering_faults(path)]
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


def test_model_and_data_neither_print_nor_read_the_environment():
    faults = [f"{name_of(p)}:{n}: {what}" for p in SOURCES if layer_of(p) != "scripts" for n, what in talk(tree(p))]
    assert not faults, "\n".join(["return values, and take parameters, instead of:", *faults])


def talk(module):
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno, "print"
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield node.lineno, f"os.{node.attr}"
        if isinstance(node, ast.alias) and node.name in ("environ", "getenv"):
            yield node.lineno, node.name


@pytest.mark.parametrize("line", ["print(1)", "import os\nos.environ['A']", "from os import environ", "os.getenv('A')"])
def test_the_guard_against_talk_sees_it(line):
    assert list(talk(ast.parse(line)))


def test_everything_public_has_a_docstring():
    paths = [path for path in SOURCES if layer_of(path) != "scripts"]
    bare = [f"{name_of(path)}: {name}" for path in paths for name in undocumented(tree(path), "the module")]
    assert not bare, "\n".join(["without a docstring:", *bare])


def undocumented(node, name):
    """The public names in a module or class, itself included, that have no docstring."""
    if not ast.get_docstring(node):
        yield name
    for child in node.body:
        public = not getattr(child, "name", "_").startswith("_")
        if isinstance(child, ast.ClassDef) and public:
            yield from undocumented(child, child.name)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and public and not ast.get_docstring(child):
            yield child.name


def test_no_module_has_a_name_that_says_nothing():
    empty = re.compile(r"utils?|helpers?|common|misc|tools?|stuff|base|core|(.+_)?(utils?|helpers?|manager|handler)")
    found = [name_of(path) for path in SOURCES if empty.fullmatch(path.stem)]
    assert not found, f"{found}: name a module after the question it answers"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports_and_its_examples_run(name):
    module = importlib.import_module(name)
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, _ = doctest.testmod(module, optionflags=options)
    assert not failed, f"{failed} examples in {name} give something else than their docstring says"


def pins(lock):
    """Each locked distribution: its name, its version and its hashes."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {
        words[0].partition("==")[0]: (
            words[0].partition("==")[2],
            [word.removeprefix("--hash=sha256:") for word in words if word.startswith("--hash=")],
        )
        for words in lines
    }


def wanted(lock):
    project = PROJECT["project"]
    extra = project["optional-dependencies"]["test"] if lock == "test" else []
    return [Requirement(text) for text in (*PROJECT["build-system"]["requires"], *project["dependencies"], *extra)]


@pytest.mark.parametrize("lock", ["run", "test"])
def test_the_lock_pins_what_the_project_asks_for(lock):
    locked = pins(lock)
    for requirement in wanted(lock):
        version, _ = locked.get(requirement.name.lower(), ("", []))
        assert version, f"{requirement.name} is not in requirements/{lock}.txt: run scripts/lock.py"
        assert Version(version) in requirement.specifier, f"{lock}.txt pins {version}, pyproject asks for {requirement}"


@pytest.mark.parametrize("lock", ["run", "test"])
def test_every_locked_distribution_has_hashes(lock):
    for name, (version, hashes) in pins(lock).items():
        assert version and hashes, f"{name} in {lock}.txt lacks its version or its hashes"
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes), f"{name} in {lock}.txt: not SHA-256"


@pytest.mark.parametrize("lock", ["run", "test"])
def test_the_lock_names_no_host_and_no_path(lock):
    """Which index serves the files is the machine's business; the hashes say which files."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    found = re.findall(r"\S*(?:://|\.(?:org|com|net|io)\b|--index|--extra-index|--find-links|/home/|\\Users)\S*", text)
    assert not found, f"{found} in requirements/{lock}.txt: run scripts/lock.py"


def test_the_tests_run_with_the_versions_that_a_plan_runs_with():
    run, test = pins("run"), pins("test")
    different = {name for name in run if run[name] != test.get(name)}
    assert not different, f"{different} differ between run.txt and test.txt: run scripts/lock.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: a build leaves folders beside the sources."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in LAYERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    pip("wheel", str(copy), "--no-build-isolation", "--wheel-dir", str(out))
    return next(out.glob("*.whl"))


def pip(*arguments):
    command = [sys.executable, "-m", "pip", arguments[0], "--quiet", "--no-deps", "--no-index", *arguments[1:]]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_wheel_holds_every_file_of_the_four_folders(wheel):
    """Files that pyproject.toml does not list are missing from an installation, and only there."""
    paths = [path for layer in LAYERS for path in (ROOT / layer).rglob("*") if path.is_file()]
    names = {path.relative_to(ROOT).as_posix() for path in paths}
    kept = {name for name in names if not re.search(r"__pycache__|/\.|^scripts/bench/", name)}
    with zipfile.ZipFile(wheel) as archive:
        missing = {name for name in kept if f"connected_place/{name.replace(LIBRARY, 'api')}" not in archive.namelist()}
    assert {"gis_data/sources.toml", "gis_data/sample/plan.toml", "maps/py.typed"} <= kept
    assert any(name.startswith("maps/page/templates/") for name in kept)
    assert not missing, f"{sorted(missing)} are not in the wheel: list them under [tool.setuptools.package-data]"


def test_the_wheel_is_small(wheel):
    size_mb = wheel.stat().st_size / 1e6
    assert size_mb < 3, f"the wheel has {size_mb:.1f} MB, which the embedded sample must keep below 3"


INSTALLED = """
import connected_place.api as library, connected_place.scripts.cli as cli
print(cli.__file__, library.__file__, callable(cli.main) and callable(library.open_plan))
"""


def test_the_installed_wheel_has_the_command_and_the_library(wheel, tmp_path):
    """Imported from the target folder, not from the editable installation that runs these tests."""
    pip("install", "--target", str(tmp_path), str(wheel))
    answer = subprocess.run(
        [sys.executable, "-c", INSTALLED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    files = [str(tmp_path / "connected_place" / path) for path in ("scripts/cli.py", "api/__init__.py")]
    assert answer.stdout.split() == [*files, "True"], answer.stderr
