"""Make the environment, plan the embedded borough and print which file to open: python3 scripts/plan.py."""

import argparse
import sys
from pathlib import Path

import environment

DESCRIPTION = (
    "Makes the project's Python environment (first time only), runs the demonstration and prints which file to open. "
    "Other arguments are passed to: connected-place demo."
)


def main(arguments: list[str]) -> int:
    """Run the demonstration in its environment; return its exit code."""
    folder, passed_on = environment.options(arguments, description=DESCRIPTION)
    environment.make(folder, tests=False)
    code = environment.call([str(environment.program(folder, "connected-place")), "demo", *passed_on])
    if code == 0:
        page = page_of(passed_on)
        print(f"\nOpen this file in a browser:\n  {page}\n  {page.as_uri()}", flush=True)
    return code


def page_of(arguments: list[str]) -> Path:
    """Return the page that the demonstration writes with these arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--out", type=Path, default=Path("connected-place-demo"))
    known, _ = parser.parse_known_args(arguments)
    return Path(known.out).resolve() / "index.html"


if __name__ == "__main__":
    sys.exit(environment.guarded(main))
