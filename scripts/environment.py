"""The project's own Python environment: made once and repaired when out of date, with only the standard library."""

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple


def check_python(major: int, minor: int) -> None:
    """Stop with a message if this Python cannot run the project."""
    if (major, minor) < (3, 11):
        sys.exit(
            f"Connected Place needs Python 3.11 or later; this is Python {major}.{minor}. Install a newer one from "
            "python.org or your system's software centre, and start again with it."
        )


check_python(*sys.version_info[:2])  # at import: an older Python would fail on the annotations below

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {name: name for name in ("coverage", "gis_data", "maps", "scripts")} | {"api": "scripts/api"}
"""Import names below connected_place, and the folder of each."""

RECORD = "connected-place-environment.json"  # shows that the folder is ours, and what is installed in it
LOG = "install.log"
WINDOWS = os.name == "nt"
UNWANTED = ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")

NOTHING_READY_MADE = (
    "There is no ready-made package for this Python on this machine. Use Python 3.11 to 3.14 on 64-bit Windows, "
    "macOS 14 or later (Apple silicon) or Linux (x86-64)."
)
# What to look for in the log of a failed stage, and what the reader can do; only the first that is found is shown.
REMEDIES = (
    (
        "DO NOT MATCH THE HASHES",
        "A downloaded file differs from the one this project was tested with, so it was refused. Start again; "
        "if it happens twice, tell whoever looks after this project.",
    ),
    ("No space left", "The disk is full: the environment needs about 1 GB. Free some space and start again."),
    ("ensurepip", "This Python cannot make environments: on Debian and Ubuntu, sudo apt install python3-venv."),
    (
        "CERTIFICATE_VERIFY_FAILED",
        "Your network replaces certificates. Ask IT for the organisation's certificate file, set the environment "
        "variable PIP_CERT to its path, and start again.",
    ),
    (
        "connection broken by",
        "The packages could not be downloaded. Check the network (behind a proxy, set the environment variable "
        "HTTPS_PROXY to its address), and start again.",
    ),
    ("No matching distribution", NOTHING_READY_MADE),
    ("subprocess-exited-with-error", NOTHING_READY_MADE),
)
NO_REMEDY = "Start again; if it happens twice, send the log named below to whoever looks after this project."


class Stage(NamedTuple):
    """One step of making the environment, with a fingerprint of everything it depends on."""

    name: str
    fingerprint: str
    install: Callable[[Path], None]


def options(arguments: list[str], *, description: str) -> tuple[Path, list[str]]:
    """Split a command line into the environment's folder and the arguments to pass on."""
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument(
        "--environment",
        type=Path,
        default=ROOT / ".venv",
        metavar="FOLDER",
        help="where to keep the Python environment (default: .venv in the project's folder)",
    )
    known, passed_on = parser.parse_known_args(arguments)
    return known.environment.resolve(), passed_on


def guarded(main: Callable[[list[str]], int]) -> int:
    """Run a launcher; an interruption gives a message and exit code 130, not a traceback."""
    try:
        return main(sys.argv[1:])
    except KeyboardInterrupt:
        print(
            "\nInterrupted. Run the same command again: anything left half-finished will be repaired.", file=sys.stderr
        )
        return 130


def make(folder: Path, *, tests: bool) -> None:
    """Make the environment, or do nothing if it is up to date.

    The record is empty while a stage runs and written after it: an interrupted stage leaves an empty record,
    so that the next start makes the environment afresh.

    Parameters
    ----------
    folder : Path
        Where the environment is or shall be.
    tests : bool
        Whether it needs what the tests need.

    Raises
    ------
    SystemExit
        With a sentence that says what to do, if a folder cannot be written or a stage fails.
    """
    done = recorded(folder) if program(folder, "python").exists() else {}
    for stage in stages(folder, tests=tests):
        if done.get(stage.name) == stage.fingerprint:
            continue
        check_writable(ROOT)
        if stage.name == "packages":
            clear(folder)
            done = {}
        with record_emptied(folder, done):
            stage.install(folder)
        done = {**done, stage.name: stage.fingerprint}
        write_record(folder, done)


def stages(folder: Path, *, tests: bool) -> list[Stage]:
    """Return what must be in the environment, in order; renewing the first one empties it."""
    packages = fingerprint(sys.version, str(folder), str(ROOT), text_of("requirements/run.txt"))
    wanted = [
        Stage("packages", packages, install_packages),
        Stage("project", fingerprint(text_of("pyproject.toml")), install_project),
        Stage("tests", fingerprint(text_of("requirements/test.txt")), install_tests),
    ]
    return wanted if tests else wanted[:2]


def fingerprint(*parts: str) -> str:
    """Return one SHA-256 of several texts, including where each one ends."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def text_of(path: str) -> str:
    """Return the text of a project file, with the same line endings on every system."""
    return (ROOT / path).read_text(encoding="utf-8")


def recorded(folder: Path) -> dict[str, str]:
    """Return the fingerprint of each finished stage; none if the record is missing or damaged."""
    try:
        return dict(json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write_record(folder: Path, done: dict[str, str]) -> None:
    """Record which stages are finished."""
    (folder / RECORD).write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


@contextlib.contextmanager
def record_emptied(folder: Path, done: dict[str, str]) -> Iterator[None]:
    """Empty the record during a stage, and restore it if the stage fails cleanly.

    pip undoes an installation that fails, so what was there before is still there: somebody without a network
    can go on planning after the tests could not be installed. An interruption proves nothing of the kind.
    """
    write_record(folder, {})
    try:
        yield
    except SystemExit:
        write_record(folder, done)
        raise


def clear(folder: Path) -> None:
    """Empty a folder that is ours; refuse to empty any other."""
    try:
        ours = folder == (ROOT / ".venv").resolve() or (folder / RECORD).exists()
        if folder.exists() and not ours and any(folder.iterdir()):
            sys.exit(
                f"{folder} contains files that are not this project's, so it was left unchanged. Name another folder."
            )
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        write_record(folder, {})
    except OSError as error:
        sys.exit(
            f"{folder} cannot be replaced ({error.strerror}). Close the programs that are using it and start again, "
            "or name another folder with --environment."
        )


def check_writable(folder: Path) -> None:
    """Stop with a message if the project's folder cannot be written to."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        sys.exit(
            f"{folder} cannot be written to ({error.strerror}). "
            "Copy the project into a folder of your own and start it there."
        )


def install_packages(folder: Path) -> None:
    """Make an empty environment and install the locked packages, each by version and hash."""
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python cannot make environments: its module ensurepip is missing. On Debian and Ubuntu, "
            f"sudo apt install python{sys.version_info.major}.{sys.version_info.minor}-venv, then start again."
        )
    # Not sys.executable: if started from inside the environment, it has just been deleted.
    base = getattr(sys, "_base_executable", sys.executable)
    run_stage("Making an environment", [base, "-m", "venv", str(folder)], folder)
    # Python compiles a module when it is first imported: compiling all of them now would double the time.
    run_stage("Installing packages (first time only)", [*pip(folder), "--no-compile", *from_lock("run")], folder)


def install_project(folder: Path) -> None:
    """Install the project itself, editable; the lock includes what builds it."""
    editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    run_stage("Installing Connected Place", [*pip(folder), *editable], folder)


def install_tests(folder: Path) -> None:
    """Install what the tests need, and make links that let mypy see the folders under their import names."""
    run_stage("Installing what the tests need", [*pip(folder), "--no-compile", *from_lock("test")], folder)
    # In the tests a warning is an error, and compiling other people's modules warns, so do it beforehand, on all
    # processors, which pip does not. Other people's tests, a third of their code, are never imported.
    compiling = ["-m", "compileall", "-q", "-j", "0", "-x", r"[/\\]tests[/\\]", str(folder / "lib")]
    attempt("Compiling packages", [str(program(folder, "python")), *compiling], folder / LOG)
    namespace = folder / "types" / "connected_place"
    shutil.rmtree(namespace, ignore_errors=True)
    namespace.mkdir(parents=True)
    for name, path in PACKAGES.items():
        link(ROOT / path, namespace / name)


def link(source: Path, target: Path) -> None:
    """Link a folder, with a junction on Windows, where a symbolic link would need an administrator."""
    if WINDOWS:
        subprocess.run(["cmd", "/c", "mklink", "/J", str(target), str(source)], check=True, capture_output=True)
    else:
        target.symlink_to(source, target_is_directory=True)


def pip(folder: Path) -> list[str]:
    """Return the start of every install command."""
    return [str(program(folder, "python")), "-m", "pip", "install", "--progress-bar", "off"]


def from_lock(name: str) -> list[str]:
    """Return the options that install a lock and nothing whose hash is not in it."""
    return ["--require-hashes", "--requirement", str(ROOT / "requirements" / f"{name}.txt")]


def program(folder: Path, name: str) -> Path:
    """Return the path of a program in the environment."""
    return folder / "Scripts" / f"{name}.exe" if WINDOWS else folder / "bin" / name


def run_stage(sentence: str, command: list[str], folder: Path) -> None:
    """Run a command that must succeed, with its output in the environment's log."""
    log = folder / LOG
    if attempt(sentence, command, log) != 0:
        sys.exit(failure(sentence, log))


def attempt(sentence: str, command: list[str], log: Path) -> int:
    """Run a command quietly: one line says what is being done, with a dot every five seconds and the time taken."""
    started = time.monotonic()
    print(f"{sentence} ...", end="", flush=True)
    with log.open("wb") as output:
        code = call(command, output=output)
    print(f" {time.monotonic() - started:.0f} s", flush=True)
    return code


def failure(sentence: str, log: Path) -> str:
    """Return what failed, what to do and the end of the log."""
    text = log.read_text(encoding="utf-8", errors="replace")
    remedy = next((remedy for sign, remedy in REMEDIES if sign in text), NO_REMEDY)
    end = textwrap.indent("\n".join(text.splitlines()[-5:]), "    ")
    return f"{sentence}: failed. {remedy}\nThe end of {log}:\n{end}"


def call(
    command: list[str],
    *,
    output: IO[bytes] | None = None,
    cwd: Path | None = None,
    variables: dict[str, str] | None = None,
) -> int:
    """Run a command to its end and return its exit code; after Ctrl-C it has ten seconds to tidy up."""
    with begun(command, output=output, cwd=cwd, variables=variables) as process:
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.wait(timeout=5)
                if output:
                    print(".", end="", flush=True)
        except KeyboardInterrupt:
            stop(process)
            raise


def begun(
    command: list[str],
    *,
    output: IO[bytes] | None = None,
    cwd: Path | None = None,
    variables: dict[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a command; leaving its `with` block waits for it to end."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL if output else None,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        cwd=cwd,
        env={**inherited(), **(variables or {})},
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a command that was interrupted with us; stop it if it does not end."""
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def inherited() -> dict[str, str]:
    """Return our environment variables without those that would make a child find other packages or slow it down."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return {**kept, "PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
