"""A world file beside a grid: six numbers that say where it lies, which may not be where the grid itself says."""

from __future__ import annotations

import numpy as np

from connected_place.gis_data.errors import Fault
from connected_place.gis_data.files import InputFile

WORLD_FILES = (".tfw", ".tifw", ".wld")
WORLD_FILE_BYTES = 1_000
_SAME_PLACE_CELLS = 0.01


def sidecar_warnings(source: InputFile, transform: tuple[float, ...]) -> list[Fault]:
    """A warning where a world file beside the grid puts it elsewhere than the grid itself does."""
    a, b, c, d, e, f = transform
    own = np.array([a, d, b, e, c + (a + b) / 2, f + (d + e) / 2])
    found = []
    for path in sorted(source.path.with_suffix(ending) for ending in WORLD_FILES):
        if not path.is_file():
            continue
        with path.open("rb") as stream:
            stated = _world_file(stream.read(WORLD_FILE_BYTES))
        if stated is None or np.abs(stated - own).max() > _SAME_PLACE_CELLS * abs(a):
            found.append(source.warning("SIDECAR", name=path.name))
    return found


def _world_file(content: bytes) -> np.ndarray | None:
    """The six numbers of a world file; None where it is none."""
    try:
        numbers = np.array([float(word) for word in content.split()])
    except ValueError:
        return None
    return numbers if numbers.shape == (6,) and np.isfinite(numbers).all() else None
