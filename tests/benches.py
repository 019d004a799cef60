"""Programs of scripts/bench, which are in no package, and the folders they look at."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from .small_places import REAL_DATA, ROOT

RADIO = REAL_DATA.parent / "reference" / "radio"
MEASURED = REAL_DATA / "wifi_measured_feup"


def bench(name: str) -> ModuleType:
    """One program, loaded by its path under a name that nothing else has."""
    known = f"bench_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, ROOT / "scripts" / "bench" / f"{name}.py")
        assert spec and spec.loader
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]
