"""The project's own Python environment: made once, repaired when stale, with the standard library only."""

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
    """Stop with a sentence on a Python that cannot run this project."""
    if (major, minor) < (3, 11):
        sys.exit(
            f"Connected Place needs Python 3.11 or later; this is Python {major}.{minor}. Install a newer one from "
            "python.org or your system's software centre, and start this again with it."
        )


check_python(*sys.version_info[:2])  # at import: an older Python would stumble over the annotations below

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {name: name for name in ("coverage", "gis_data", "maps", "scripts")} | {"api": "scripts/api"}
"""Import names below connected_place, and the folder of each."""

RECORD = "connected-place-environment.json"  # says that the folder is ours, and what is installed in it
LOG = "install.log"
WINDOWS = os.name == "nt"
UNWANTED = ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")

NOTHING_READY_MADE = (
    "There is no ready-made package for this Python on this machine. Use Python 3.11 to 3.14 on 64-bit Windows, "
    "macOS 14 or later (Apple silicon) or Linux (x86-64)."
)
# What to look for in the log of a failed stage, and what the reader can do; the first that is found is told.
REMEDIES = (
    (
        "DO NOT MATCH THE HASHES",
        "A downloaded file is not the one this project was tested with, so it was refused. Start again; "
        "if it happens twice, tell whoever looks after this project.",
    ),
    ("No space left", "The disk is full: the environment needs about 1 GB. Make room and start again."),
    ("ensurepip", "This Python cannot make environments: on Debian and Ubuntu, sudo apt install python3-venv."),
    (
        "CERTIFICATE_VERIFY_FAILED",
        "The network replaces certificates. Ask IT for the organisation's certificate file, name it in the "
        "environment variable PIP_CERT, and start again.",
    ),
    (
        "connection broken by",
        "The packages could not be downloaded. Check the network (behind a proxy, name it in the environment "
        "variable HTTPS_PROXY), and start again.",
    ),
    ("No matching distribution", NOTHING_READY_MADE),
    ("subprocess-exited-with-error", NOTHING_READY_MADE),
)
NO_REMEDY = "Start again; if it happens twice, send the log named below to whoever looks after this project."


class Stage(NamedTuple):
    """One step of making the environment, and a fingerprint of all that it depends on."""

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
    """Run a launcher; an interruption is a sentence and exit code 130, not a traceback."""
    try:
        return main(sys.argv[1:])
    except KeyboardInterrupt:
        print("\nInterrupted. Start the same command again: what was left half-done is repaired.", file=sys.stderr)
        return 130


def make(folder: Path, *, tests: bool) -> None:
    """Make the environment, or do nothing if all in it is up to date.

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
    """Return what has to be in the environment, in order; renewing the first one empties it."""
    packages = fingerprint(sys.version, str(folder), str(ROOT), text_of("requirements/run.txt"))
    wanted = [
        Stage("packages", packages, install_packages),
        Stage("project", fingerprint(text_of("pyproject.toml")), install_project),
        Stage("tests", fingerprint(text_of("requirements/test.txt")), install_tests),
    ]
    return wanted if tests else wanted[:2]


def fingerprint(*parts: str) -> str:
    """Return one SHA-256 of several texts and of where each of them ends."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def text_of(path: str) -> str:
    """Return the text of a file of the project, its line ends alike on every system."""
    return (ROOT / path).read_text(encoding="utf-8")


def recorded(folder: Path) -> dict[str, str]:
    """Return the fingerprint of each finished stage; none if the record is missing or damaged."""
    try:
        return dict(json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write_record(folder: Path, done: dict[str, str]) -> None:
    """Write down which stages are finished."""
    (folder / RECORD).write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


@contextlib.contextmanager
def record_emptied(folder: Path, done: dict[str, str]) -> Iterator[None]:
    """Empty the record during a stage, and put it back if the stage fails in an orderly way.

    pip undoes an installation that fails, so what was there before still stands: somebody without a network
    can go on planning after the tests could not be installed. An interruption proves nothing of the kind.
    """
    write_record(folder, {})
    try:
        yield
    except SystemExit:
        write_record(folder, done)
        raise


def clear(folder: Path) -> None:
    """Leave an empty folder of our own; refuse to empty anybody else's."""
    try:
        ours = folder == (ROOT / ".venv").resolve() or (folder / RECORD).exists()
        if folder.exists() and not ours and any(folder.iterdir()):
            sys.exit(f"{folder} holds files that are not this project's, so it is left alone. Name another folder.")
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        write_record(folder, {})
    except OSError as error:
        sys.exit(
            f"{folder} cannot be made anew ({error.strerror}). Close the programs that use it and start again, "
            "or name another folder with --environment."
        )


def check_writable(folder: Path) -> None:
    """Stop with a sentence if nothing can be written into the project's folder."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        sys.exit(
            f"Nothing can be written into {folder} ({error.strerror}). "
            "Copy the project into a folder of your own and start it there."
        )


def install_packages(folder: Path) -> None:
    """Make an empty environment and install the locked packages, each by version and hash."""
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python cannot make environments: its module ensurepip is missing. On Debian and Ubuntu, "
            f"sudo apt install python{sys.version_info.major}.{sys.version_info.minor}-venv, then start again."
        )
    # Not sys.executable: started from inside the environment, that one has just been deleted.
    base = getattr(sys, "_base_executable", sys.executable)
    run_stage("Making an environment", [base, "-m", "venv", str(folder)], folder)
    # Python compiles a module when it is first imported: compiling all of them now would double the time.
    run_stage("Installing packages, only this once", [*pip(folder), "--no-compile", *from_lock("run")], folder)


def install_project(folder: Path) -> None:
    """Install the project itself, editable; the lock holds what builds it."""
    editable = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    run_stage("Installing Connected Place", [*pip(folder), *editable], folder)


def install_tests(folder: Path) -> None:
    """Install what the tests need, and lay links through which mypy sees the folders under their import names."""
    run_stage("Installing what the tests need", [*pip(folder), *from_lock("test")], folder)
    # In the tests a warning is an error, and compiling other people's modules warns: have it behind us.
    compiling = ["-m", "compileall", "-q", "-j", "0", str(folder / "lib")]
    attempt("Compiling packages", [str(program(folder, "python")), *compiling], folder / LOG)
    namespace = folder / "types" / "connected_place"
    shutil.rmtree(namespace, ignore_errors=True)
    namespace.mkdir(parents=True)
    for name, path in PACKAGES.items():
        link(ROOT / path, namespace / name)


def link(source: Path, target: Path) -> None:
    """Link a folder: by a junction on Windows, where a symbolic link would take an administrator."""
    if WINDOWS:
        subprocess.run(["cmd", "/c", "mklink", "/J", str(target), str(source)], check=True, capture_output=True)
    else:
        target.symlink_to(source, target_is_directory=True)


def pip(folder: Path) -> list[str]:
    """Return how every installing command begins."""
    return [str(program(folder, "python")), "-m", "pip", "install", "--progress-bar", "off"]


def from_lock(name: str) -> list[str]:
    """Return the options that install a lock and nothing whose hash is not in it."""
    return ["--require-hashes", "--requirement", str(ROOT / "requirements" / f"{name}.txt")]


def program(folder: Path, name: str) -> Path:
    """Return where the environment keeps a program."""
    return folder / "Scripts" / f"{name}.exe" if WINDOWS else folder / "bin" / name


def run_stage(sentence: str, command: list[str], folder: Path) -> None:
    """Run a command that has to succeed, its output in the environment's log."""
    log = folder / LOG
    if attempt(sentence, command, log) != 0:
        sys.exit(failure(sentence, log))


def attempt(sentence: str, command: list[str], log: Path) -> int:
    """Run a command quietly: one line says what is done, a dot every five seconds, and the time it took."""
    started = time.monotonic()
    print(f"{sentence} ...", end="", flush=True)
    with log.open("wb") as output:
        code = call(command, output=output)
    print(f" {time.monotonic() - started:.0f} s", flush=True)
    return code


def failure(sentence: str, log: Path) -> str:
    """Return what failed, what to do about it, and the end of the log."""
    text = log.read_text(encoding="utf-8", errors="replace")
    remedy = next((remedy for sign, remedy in REMEDIES if sign in text), NO_REMEDY)
    end = textwrap.indent("\n".join(text.splitlines()[-5:]), "    ")
    return f"{sentence}: this failed. {remedy}\nThe end of {log}:\n{end}"


def call(
    command: list[str],
    *,
    output: IO[bytes] | None = None,
    cwd: Path | None = None,
    variables: dict[str, str] | None = None,
) -> int:
    """Run a command to its end and return its exit code; after Ctrl-C it gets ten seconds to tidy up."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL if output else None,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        cwd=cwd,
        env={**inherited(), **(variables or {})},
    ) as process:
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.wait(timeout=5)
                if output:
                    print(".", end="", flush=True)
        except KeyboardInterrupt:
            stop(process)
            raise


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a command that was interrupted as we were; end it if it does not end itself."""
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def inherited() -> dict[str, str]:
    """Return our environment variables without those that would lead a child to other packages or slow it down."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return {**kept, "PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
