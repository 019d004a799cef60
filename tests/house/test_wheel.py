"""Guards of the wheel: it contains every room and file of the four folders, is small, and runs."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest

from .reading import LAYERS, LIBRARY, ROOT, files


def packages(root):
    """Import names of all folders that have modules of an installation."""
    folders = {path.parent.relative_to(root).as_posix() for path in files(root)} - {"scripts/bench"}
    return {f"connected_place.{folder.replace(LIBRARY, 'api').replace('/', '.')}" for folder in folders}


def listed(project):
    return set(tomllib.loads(project)["tool"]["setuptools"]["packages"])


def test_setuptools_lists_every_room_and_no_other():
    """A room that pyproject.toml does not list is missing from the wheel, and only there."""
    there, named = packages(ROOT), listed((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert there == named, (
        f"[tool.setuptools] packages lacks {sorted(there - named)} or names {sorted(named - there)} in vain"
    )


@pytest.mark.parametrize(
    ("names", "is_right"),
    [
        (["coverage", "coverage.gaps"], True),
        (["coverage"], False),
        (["coverage", "coverage.gaps", "coverage.reach"], False),
    ],
)
def test_the_guard_of_the_list_tells_right_from_wrong(tmp_path, names, is_right):
    """Two folders with modules; the bench is not installed."""
    for name in ("coverage/plan.py", "coverage/gaps/gap.py", "scripts/bench/gap.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    project = f"[tool.setuptools]\npackages = {[f'connected_place.{name}' for name in names]}"
    assert (packages(tmp_path) == listed(project)) == is_right


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


def test_the_wheel_contains_every_file_of_the_four_folders(wheel):
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
