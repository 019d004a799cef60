"""Pin every dependency by version and hash: python3 scripts/lock.py [--upgrade]; needs `pip install uv`."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by scripts/lock.py from pyproject.toml; change that file and run the script again.\n"
UV = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"]
# One lock for every system, and one version for every Python: the same inputs then give the same bytes everywhere.
OPTIONS = ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes"]
# No header, index or path: the files must say the same whoever writes them.
SILENCE = ["--no-header", "--no-annotate", "--no-emit-index-url"]


def lock(name: str, selection: list[str], upgrade: list[str]) -> None:
    """Write requirements/<name>.txt: the selected dependencies and what builds the project itself."""
    target = ROOT / "requirements" / f"{name}.txt"
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    command = [*UV, *OPTIONS, *SILENCE, *selection, *upgrade, "--output-file", str(target), "pyproject.toml", "-"]
    subprocess.run(command, cwd=ROOT, input="\n".join(build), text=True, check=True, stdout=subprocess.DEVNULL)
    target.write_text(HEADER + target.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def main(upgrade: list[str]) -> None:
    """Lock what a plan needs, then what the tests need on top, at the same versions."""
    lock("run", [], upgrade)
    lock("test", ["--extra", "test", "--constraint", "requirements/run.txt"], upgrade)


if __name__ == "__main__":
    main(sys.argv[1:])
