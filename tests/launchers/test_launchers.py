"""The two commands of the README: what they install, find, say and return. Nothing is really installed here."""

import ast
import contextlib
import importlib.util
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
ON_A_FRESH_MACHINE = ("browser", "environment", "plan", "test")


def load(name):
    """Import a launcher as the file that it is; the name `test` belongs to Python itself."""
    spec = importlib.util.spec_from_file_location(f"launcher_{name}", SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def environment(monkeypatch):
    module = load("environment")
    monkeypatch.setitem(sys.modules, "environment", module)
    return module


@pytest.fixture
def browser(environment, monkeypatch):
    module = load("browser")
    monkeypatch.setitem(sys.modules, "browser", module)
    monkeypatch.delenv("CONNECTED_PLACE_BROWSER", raising=False)
    return module


@pytest.mark.parametrize("name", ON_A_FRESH_MACHINE)
def test_an_old_python_can_read_the_launchers(name):
    """It then tells its user to install a newer one, instead of pointing at a syntax error."""
    text = (SCRIPTS / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))
    assert "from __future__" not in text, "Python 3.6 refuses `from __future__ import annotations`"


@pytest.mark.parametrize("name", ["plan", "test"])
def test_an_old_python_gets_one_sentence(name):
    fake = f"import sys, runpy; sys.version_info = (3, 8, 10); runpy.run_path({str(SCRIPTS / name)!r} + '.py')"
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); {fake}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("Connected Place needs Python 3.11 or later; this is Python 3.8.")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("version", [(2, 7), (3, 0), (3, 10)])
def test_a_python_before_3_11_is_refused(environment, version):
    with pytest.raises(SystemExit, match=r"needs Python 3\.11"):
        environment.check_python(*version)


@pytest.mark.parametrize("version", [(3, 11), (3, 14), (4, 0)])
def test_python_3_11_and_later_are_accepted(environment, version):
    environment.check_python(*version)


class World:
    """An environment's folder, the files its fingerprints read, and a diary of what was installed."""

    def __init__(self, environment, folder):
        self.environment = environment
        self.folder = folder
        self.files = {
            "requirements/run.txt": "numpy==2",
            "requirements/test.txt": "pytest==8",
            "pyproject.toml": "[project]",
        }
        self.diary = []
        self.fails = {}

    def install(self, stage):
        """A stand-in for installing a stage: it leaves an interpreter and a line in the diary."""

        def run(folder):
            program = self.environment.program(folder, "python")
            program.parent.mkdir(exist_ok=True)
            program.touch()
            self.diary.append(stage)
            if stage in self.fails:
                raise self.fails[stage]

        return run

    def make(self, *, tests=False):
        """What one start installs."""
        self.diary.clear()
        self.environment.make(self.folder, tests=tests)
        return list(self.diary)


@pytest.fixture
def world(environment, monkeypatch, tmp_path):
    world = World(environment, tmp_path / "env")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "text_of", world.files.__getitem__)
    for stage in ("packages", "project", "tests"):
        monkeypatch.setattr(environment, f"install_{stage}", world.install(stage))
    return world


def test_the_first_start_installs_and_the_second_does_not(world):
    assert world.make() == ["packages", "project"]
    assert world.make() == []


def test_the_tests_are_installed_on_top(world):
    world.make()
    assert world.make(tests=True) == ["tests"]
    assert world.make(tests=True) == []
    assert world.make() == []


@pytest.mark.parametrize(
    ("file", "installed"),
    [
        ("requirements/run.txt", ["packages", "project", "tests"]),
        ("requirements/test.txt", ["tests"]),
        ("pyproject.toml", ["project"]),
    ],
)
def test_a_changed_file_renews_what_depends_on_it(world, file, installed):
    world.make(tests=True)
    world.files[file] += " changed"
    assert world.make(tests=True) == installed


def test_another_python_renews_everything(world, monkeypatch):
    world.make()
    monkeypatch.setattr(world.environment.sys, "version", "3.99.0")
    assert world.make() == ["packages", "project"]


@pytest.mark.parametrize("stage", ["packages", "project", "tests"])
def test_after_an_interruption_everything_is_made_again(world, stage):
    world.fails = {stage: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        world.make(tests=True)
    world.fails = {}
    assert world.make(tests=True) == ["packages", "project", "tests"]


def test_tests_that_cannot_be_installed_leave_the_plan_usable(world):
    world.make()
    world.fails = {"tests": SystemExit("no network")}
    with pytest.raises(SystemExit):
        world.make(tests=True)
    assert world.make() == []


def test_packages_that_could_not_be_installed_are_not_believed_when_the_lock_changes_back(world):
    world.make()
    before = world.files["requirements/run.txt"]
    world.files["requirements/run.txt"] = "numpy==3"
    world.fails = {"packages": SystemExit("no network")}
    with pytest.raises(SystemExit):
        world.make()
    world.files["requirements/run.txt"], world.fails = before, {}
    assert world.make() == ["packages", "project"]


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"packages": "other"}'])
def test_a_damaged_record_is_not_believed(world, text):
    world.make()
    (world.folder / world.environment.RECORD).write_text(text)
    assert world.make() == ["packages", "project"]


def test_an_environment_without_its_python_is_made_again(world):
    world.make()
    world.environment.program(world.folder, "python").unlink()
    assert world.make() == ["packages", "project"]


def test_making_it_again_empties_our_own_folder(world):
    world.make()
    (world.folder / "left-over").touch()
    world.files["requirements/run.txt"] = "numpy==3"
    world.make()
    assert not (world.folder / "left-over").exists()


def test_somebody_elses_folder_is_unchanged(world):
    world.folder.mkdir()
    (world.folder / "thesis.txt").touch()
    with pytest.raises(SystemExit, match="left unchanged"):
        world.make()
    assert (world.folder / "thesis.txt").exists()


def test_a_folder_that_cannot_be_written_is_named(environment, tmp_path):
    """A file is where a folder should be: not even root can write into it."""
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"file cannot be written to .*Copy the project"):
        environment.check_writable(tmp_path / "file")


def test_an_environment_in_the_place_of_a_file_is_refused(world):
    world.folder.touch()
    with pytest.raises(SystemExit, match="cannot be replaced"):
        world.make()


def test_a_python_that_cannot_make_environments_gets_advice(environment, monkeypatch, tmp_path):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv"):
        environment.install_packages(tmp_path)


def test_fingerprints_tell_where_a_text_ends(environment):
    assert environment.fingerprint("ab", "c") != environment.fingerprint("a", "bc")


@pytest.mark.parametrize(
    ("log", "advice"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "differs from the one this project was tested with"),
        ("after connection broken by 'x'\nERROR: No matching distribution found", "Check the network"),
        ("after connection broken by 'SSLError(CERTIFICATE_VERIFY_FAILED)'", "PIP_CERT"),
        ("ERROR: No matching distribution found for numpy==2", "3.11 to 3.14"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("a riddle", "send the log"),
    ],
)
def test_a_failed_stage_says_what_to_do(environment, tmp_path, log, advice):
    path = tmp_path / "install.log"
    path.write_text(log)
    message = environment.failure("Installing packages", path)
    assert message.startswith("Installing packages: failed. ")
    assert advice in message
    assert str(path) in message


def test_a_failing_command_stops_with_the_end_of_its_output(environment, tmp_path, capsys):
    command = [sys.executable, "-c", "print('the last line'); raise SystemExit(3)"]
    with pytest.raises(SystemExit, match="the last line"):
        environment.run_stage("Trying", command, tmp_path)
    assert capsys.readouterr().out.startswith("Trying ...")


def test_a_child_does_not_inherit_another_path(environment, monkeypatch, tmp_path):
    """PYTHONPATH would bring packages of other versions than the locked ones."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    asks = f"import os, sys; sys.exit({str(tmp_path)!r} in sys.path or os.environ['GIVEN'] != 'yes')"
    assert environment.call([sys.executable, "-c", asks], variables={"GIVEN": "yes"}) == 0


def test_an_interruption_gives_a_message_and_exit_code_130(environment, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    assert environment.guarded(interrupted) == 130
    assert "Run the same command again" in capsys.readouterr().err


def test_the_environment_option_is_ours_and_the_rest_is_passed_on(environment, tmp_path):
    arguments = ["--environment", str(tmp_path), "-k", "gap", "--out", "here"]
    assert environment.options(arguments, description="") == (tmp_path.resolve(), ["-k", "gap", "--out", "here"])
    assert environment.options(["-x"], description="") == ((SCRIPTS.parent / ".venv").resolve(), ["-x"])


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [([], "connected-place-demo"), (["--out", "here"], "here"), (["--verbose", "--out=here"], "here")],
)
def test_plan_says_which_file_to_open(environment, monkeypatch, capsys, tmp_path, arguments, folder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(environment, "make", lambda _folder, tests: None)
    calls = []
    monkeypatch.setattr(environment, "call", lambda command: calls.append(command) or 0)
    assert load("plan").main(arguments) == 0
    assert calls[0][1:] == ["demo", *arguments]
    page = tmp_path.resolve() / folder / "index.html"
    assert capsys.readouterr().out.splitlines()[-2:] == [f"  {page}", f"  {page.as_uri()}"]


def test_plan_names_no_file_when_the_demonstration_fails(environment, monkeypatch, capsys):
    monkeypatch.setattr(environment, "make", lambda _folder, tests: None)
    monkeypatch.setattr(environment, "call", lambda _command: 1)
    assert load("plan").main([]) == 1
    assert "index.html" not in capsys.readouterr().out


def put(folder, name, *, code=0):
    """Put a program into a folder that ends with an exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (f"{name}.exe" if os.name == "nt" else name)
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def bare(browser, monkeypatch, tmp_path):
    """A machine without a browser, whose user is not root: PATH is one empty folder."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(browser, "in_usual_places", lambda _system: [])
    monkeypatch.setattr(browser, "may_install", lambda: False)
    return tmp_path / "bin"


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "microsoft-edge"])
def test_a_browser_on_the_path_is_found(browser, bare, name):
    path = put(bare, name)
    assert browser.find_or_install(bare / "log") == path


def test_the_browser_that_the_user_names_comes_first(browser, bare, monkeypatch, tmp_path):
    put(bare, "chromium")
    named = put(tmp_path / "mine", "brave")
    monkeypatch.setenv("CONNECTED_PLACE_BROWSER", named)
    assert browser.find_or_install(bare / "log") == named


@pytest.mark.skipif(os.name == "nt", reason="trying a browser would open a window on Windows")
def test_a_stub_that_does_not_start_is_not_a_browser(browser, bare):
    put(bare, "chromium-browser", code=1)
    assert browser.find_or_install(bare / "log") == ""


def test_without_a_browser_and_without_root_there_is_none(browser, bare):
    assert browser.find_or_install(bare / "log") == ""


@pytest.mark.parametrize(
    ("has_browser", "has_library", "packages"),
    [
        (False, False, ["chromium", "fonts-liberation", "libatomic1"]),
        (False, True, ["chromium", "fonts-liberation"]),
        (True, False, ["libatomic1"]),
        (True, True, []),
    ],
)
def test_root_on_debian_installs_what_is_lacking(browser, bare, monkeypatch, has_browser, has_library, packages):
    """apt-get is played by a function that puts chromium where apt-get would."""
    commands = []

    def attempt(_sentence, command, _log):
        commands.append(command[len(browser.APT) :])
        if "chromium" in command:
            put(bare, "chromium")
        return 0

    if has_browser:
        put(bare, "chromium")
    monkeypatch.setattr(browser, "may_install", lambda: True)
    monkeypatch.setattr(browser.ctypes.util, "find_library", lambda _: "libatomic.so.1" if has_library else None)
    monkeypatch.setattr(browser.environment, "attempt", attempt)
    assert Path(browser.find_or_install(bare / "log")).stem == "chromium"
    expected = [["update"], ["install", "--yes", "--no-install-recommends", *packages]] if packages else []
    assert commands == expected


def test_browsers_are_found_where_windows_puts_them(browser, monkeypatch, tmp_path):
    edge = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.touch()
    for name in ("PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    assert browser.in_usual_places("win32") == [str(edge)]


def test_browsers_are_found_where_macos_puts_them(browser, monkeypatch, tmp_path):
    chrome = tmp_path / "Applications" / "Google Chrome.app" / "Contents" / "MacOS" / "Google Chrome"
    chrome.parent.mkdir(parents=True)
    chrome.touch()
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert str(chrome) in browser.in_usual_places("darwin")


@pytest.fixture
def run_tests(browser, environment, monkeypatch):
    """Start scripts/test.py in a world where some commands fail; return its exit code and what it ran."""

    def run(*, fails=(), has_browser=True, ci="", arguments=()):
        calls = []

        def call(command, *, cwd, variables):
            calls.append((command[2:], variables))
            return int(command[2] in fails)

        def begun(command, *, output, cwd, variables):
            """A process that has said its name and ended with the code of a call."""
            output.write(f"{command[2]} has looked".encode())
            ended = types.SimpleNamespace(wait=lambda: call(command, cwd=cwd, variables=variables))
            return contextlib.nullcontext(ended)

        monkeypatch.setenv("CI", ci)
        monkeypatch.setattr(environment, "make", lambda _folder, tests: None)
        monkeypatch.setattr(environment, "call", call)
        monkeypatch.setattr(environment, "begun", begun)
        monkeypatch.setattr(browser, "find_or_install", lambda _log: "/bin/chromium" if has_browser else "")
        return load("test").main(list(arguments)), calls

    return run


THREE_AT_ONCE = ["-n", "3", "--dist", "loadfile"]


def test_pytest_comes_after_style_with_every_argument_and_the_browser(run_tests):
    code, calls = run_tests(arguments=["-k", "gap", "tests/test_gap.py"])
    assert code == 0
    assert [command[0] for command, _ in calls] == ["ruff", "ruff", "pytest", "mypy"]
    command = ["pytest", *THREE_AT_ONCE, "-k", "gap", "tests/test_gap.py"]
    assert calls[2] == (command, {"CONNECTED_PLACE_BROWSER": "/bin/chromium"})


@pytest.mark.parametrize("fails", ["ruff", "mypy", "pytest"])
def test_any_failure_is_the_commands_failure_and_stops_nothing_else(run_tests, fails):
    code, calls = run_tests(fails=[fails])
    assert code == 1
    assert [command[0] for command, _ in calls] == ["ruff", "ruff", "pytest", "mypy"]


def test_a_failed_check_of_style_is_reported_before_the_tests(run_tests, capsys):
    run_tests(fails=["ruff"])
    said = capsys.readouterr().out
    assert said.index("Failed before the tests: ruff check, ruff format.") < said.index("\npytest")


@pytest.mark.parametrize("fails", [[], ["mypy"], ["pytest"]])
def test_what_the_check_of_types_found_is_printed_after_the_tests(run_tests, capsys, fails):
    """It runs beside them; whatever fails."""
    run_tests(fails=fails)
    said = capsys.readouterr().out
    assert said.index("\npytest") < said.index("\nmypy\nmypy has looked\n")


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_missing_browser_fails_in_ci_only(run_tests, capsys, ci, code):
    assert run_tests(has_browser=False, ci=ci)[0] == code
    assert "Install Google Chrome, Microsoft Edge or Chromium" in capsys.readouterr().out
