"""Guards of the locks: what a plan and the tests run with, to the byte."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from .reading import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


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
