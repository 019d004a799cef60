"""Progress of long work in the terminal: one line for each step, with its time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TextIO

_SHOWN = ContextVar("progress is shown", default=True)


@contextmanager
def progress_shown(*, shown: bool) -> Iterator[None]:
    """Within it, progress is shown or not."""
    before = _SHOWN.set(shown)
    try:
        yield
    finally:
        _SHOWN.reset(before)


@dataclass(slots=True)
class ProgressSteps:
    """Shows each step and how long it took.

    Attributes
    ----------
    total : int
        Number of steps.
    stream : text file
        The terminal; standard error, so that standard output stays clean.
    """

    total: int
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _number: int = 0
    _since: float = 0.0

    def __call__(self, step: str) -> None:
        """End the previous step and begin this one."""
        self.end()
        self._number += 1
        self._since = time.perf_counter()
        self._write(f"[{self._number}/{self.total}] {step} ... ")

    def end(self) -> None:
        """End the last step."""
        if self._since:
            self._write(f"{time.perf_counter() - self._since:.1f} s\n")
            self._since = 0.0

    def _write(self, text: str) -> None:
        if _SHOWN.get():
            self.stream.write(text)
            self.stream.flush()
