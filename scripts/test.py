"""Make the environment with everything the tests need and run them: python3 scripts/test.py [pytest arguments]."""

import os
import sys
from pathlib import Path

import browser
import environment

DESCRIPTION = (
    "Makes the project's Python environment with what the tests need (first time only), finds a browser, checks "
    "style and types, and runs the tests. Other arguments are passed to pytest."
)
AT_ONCE = ("-n", "3", "--dist", "loadfile")
"""Three processes, so that two cores stay busy while one waits for a browser. Each test file runs in one of them, so
that whatever a file makes once is made only once."""

CHECKS = {
    "ruff check": ["ruff", "check"],
    "ruff format": ["ruff", "format", "--check"],
    "mypy": ["mypy"],
}


def main(arguments: list[str]) -> int:
    """Run every check, then the tests, whose summary comes last; return 0 if nothing failed."""
    folder, passed_on = environment.options(arguments, description=DESCRIPTION)
    environment.make(folder, tests=True)
    path = browser.find_or_install(folder / "browser.log")
    failed = check_all(folder)
    if not path:
        print(browser.ADVICE, flush=True)
        failed += ["no browser, which CI needs"] if os.environ.get("CI") == "true" else []
    if failed:
        print(f"Failed before the tests: {', '.join(failed)}. The tests will still run, but the exit code will be 1.")
    return run(folder, ["pytest", *AT_ONCE, *passed_on], {browser.VARIABLE: path}) or int(bool(failed))


def check_all(folder: Path) -> list[str]:
    """Check style and types; return the names of the checks that fail."""
    types = {"MYPYPATH": os.pathsep.join([str(folder / "types"), str(environment.ROOT / "scripts")])}
    return [name for name, command in CHECKS.items() if run(folder, command, types) != 0]


def run(folder: Path, module: list[str], variables: dict[str, str]) -> int:
    """Run a module of the environment in the project's folder; return its exit code."""
    print(f"\n{' '.join(module)}", flush=True)
    command = [str(environment.program(folder, "python")), "-m", *module]
    return environment.call(command, cwd=environment.ROOT, variables=variables)


if __name__ == "__main__":
    sys.exit(environment.guarded(main))
