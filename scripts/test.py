"""Make the environment with everything the tests need and run them: python3 scripts/test.py [pytest arguments]."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import browser
import environment

DESCRIPTION = (
    "Makes the project's Python environment with what the tests need (first time only), finds a browser, checks "
    "style and types, and runs the tests. Other arguments are passed to pytest."
)
AT_ONCE = ("-n", "3", "--dist", "loadfile")
"""Three processes, so that two cores stay busy while one waits for a browser. Each test file runs in one of them, so
that whatever a file makes once is made only once."""

STYLE = {"ruff check": ["ruff", "check"], "ruff format": ["ruff", "format", "--check"]}
TYPES = ["mypy"]


def main(arguments: list[str]) -> int:
    """Check style, then run the tests with the check of types beside them; return 0 if nothing failed.

    mypy takes half a minute of one processor, which the tests leave idle now and then. What it finds is printed after
    their summary.
    """
    folder, passed_on = environment.options(arguments, description=DESCRIPTION)
    environment.make(folder, tests=True)
    path = browser.find_or_install(folder / "browser.log")
    failed = [name for name, command in STYLE.items() if run(folder, command, {}) != 0]
    if not path:
        print(browser.ADVICE, flush=True)
        failed += ["no browser, which CI needs"] if os.environ.get("CI") == "true" else []
    if failed:
        print(f"Failed before the tests: {', '.join(failed)}. The tests will still run, but the exit code will be 1.")
    with tempfile.TemporaryFile() as found, types_begun(folder, found) as types:
        code = run(folder, ["pytest", *AT_ONCE, *passed_on], {browser.VARIABLE: path})
        types_code = types.wait()
        found.seek(0)
        print(f"\n{' '.join(TYPES)}\n{found.read().decode(errors='replace').strip()}", flush=True)
    return code or int(bool(failed)) or int(types_code != 0)


def types_begun(folder: Path, found: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Start to check types; what is found goes to a file."""
    paths = os.pathsep.join([str(folder / "types"), str(environment.ROOT / "scripts")])
    return environment.begun(of(folder, TYPES), output=found, cwd=environment.ROOT, variables={"MYPYPATH": paths})


def run(folder: Path, module: list[str], variables: dict[str, str]) -> int:
    """Run a module of the environment in the project's folder; return its exit code."""
    print(f"\n{' '.join(module)}", flush=True)
    return environment.call(of(folder, module), cwd=environment.ROOT, variables=variables)


def of(folder: Path, module: list[str]) -> list[str]:
    """The command that runs a module of the environment."""
    return [str(environment.program(folder, "python")), "-m", *module]


if __name__ == "__main__":
    sys.exit(environment.guarded(main))
