"""The command as people start it: as a process of its own, or called in this one; and the demo's output, made once."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

from connected_place.scripts import cli

from .made_once import folder_made_once

PROGRAM = [sys.executable, "-m", "connected_place.scripts.cli"]
EMERGENCY_S = 300
"""No test measures time; a process that takes longer than this on the busiest machine has hung."""


def environment(**variables: str) -> dict[str, str]:
    """The variables of a process in which every warning is an error."""
    return os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"} | variables


def run(*arguments: object, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", timeout=EMERGENCY_S,
        cwd=cwd, env=environment(**variables), check=False,
    )  # fmt: skip


def called(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The same command called in this process, which spares it a second of imports."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(cwd or Path.cwd()):
        try:
            code = cli.main([*map(str, arguments)])
        except SystemExit as ended:  # argparse leaves so
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def demo(out: Path) -> None:
    """`connected-place demo` on one thread in a process whose hashes have a seed, in a time zone of its own."""
    found = run("demo", "--out", out, PYTHONHASHSEED="1", TZ="UTC+1", OMP_NUM_THREADS="1", RAYON_NUM_THREADS="1")
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("Illustrative: invented data, not a real place.")


def demo_folder() -> Path:
    """All that the command `demo` writes; not to be changed."""
    return folder_made_once("demo", demo)
