"""The browser for the tests: one of the Chromium family, found by its usual names and places."""

import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment

VARIABLE = "CONNECTED_PLACE_BROWSER"
NAMES = (
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
PLACES = {
    "win32": (
        "Google/Chrome/Application/chrome.exe",
        "Chromium/Application/chrome.exe",
        "Microsoft/Edge/Application/msedge.exe",
    ),
    "darwin": (
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Chromium.app/Contents/MacOS/Chromium",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
}
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=120"]
ADVICE = (
    "No Chromium-family browser was found, so the tests that need one will be skipped. Install Google Chrome, "
    f"Microsoft Edge or Chromium, or set the environment variable {VARIABLE} to the path of one."
)


def find_or_install(log: Path) -> str:
    """Return the path of a browser, or "" if there is none; on Debian and Ubuntu, root installs what is missing."""
    lacking = lacking_packages() if may_install() else []
    if lacking:
        environment.attempt("Updating the list of packages", [*APT, "update"], log)
        command = [*APT, "install", "--yes", "--no-install-recommends", *lacking]
        environment.attempt(f"Installing {', '.join(lacking)}", command, log)
    return next(iter(installed()), "")


def lacking_packages() -> list[str]:
    """Return what apt-get must install: a browser with a font, and a library that its driver needs."""
    browser = [] if installed() else ["chromium", "fonts-liberation"]
    return browser if ctypes.util.find_library("atomic") else [*browser, "libatomic1"]


def installed() -> list[str]:
    """Return the browsers on this machine that start, the user's own choice first."""
    named = [os.environ[VARIABLE]] if os.environ.get(VARIABLE) else []
    return [path for path in (*named, *on_path(), *in_usual_places(sys.platform)) if starts(path)]


def on_path() -> list[str]:
    """Return the browsers that a terminal would find."""
    return [path for path in map(shutil.which, NAMES) if path]


def in_usual_places(system: str) -> list[str]:
    """Return where a system's installers put browsers, if there is one."""
    bases = {
        "win32": [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")],
        "darwin": ["/Applications", str(Path.home() / "Applications")],
    }
    paths = [Path(base, place) for base in bases.get(system, []) if base for place in PLACES[system]]
    return [str(path) for path in paths if path.is_file()]


def starts(path: str) -> bool:
    """Return whether a browser runs: Ubuntu's package may be a stub that only asks for another.

    Windows is believed without a trial, which would open a window there.
    """
    if sys.platform == "win32":
        return Path(path).is_file()
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def may_install() -> bool:
    """Return whether this is root on Debian or Ubuntu."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0
