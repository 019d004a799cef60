"""Progress of long work, for whoever asked to see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connected_place.scripts.terminal import ProgressSteps


class Progress:
    """A line on standard error for each step, or nothing.

    Parameters
    ----------
    shown : bool
    """

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._steps: ProgressSteps | None = None

    def __call__(self, words: str) -> None:
        """Begin a step."""
        if self._steps is not None:
            self._steps(words)

    @contextmanager
    def over(self, total: int) -> Iterator[None]:
        """Number the steps within from 1 to `total`."""
        from connected_place.scripts.terminal import ProgressSteps

        self._steps = ProgressSteps(total) if self._shown else None
        yield
        if self._steps is not None:
            self._steps.end()
            self._steps = None
