"""How much work a search may do, counted in work and not by the clock: a busy machine gives the same answer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

PAIRS_A_UNIT = 10_000.0
"""A unit of work is one node of the solver's search where so many pairs of site and group are open."""

STEPS_A_NODE = 150.0
"""First-order steps that take as long as a node of a search of the same size."""


@dataclass(slots=True, kw_only=True)
class Effort:
    """What is left of the work that a search, or several together, may do.

    Searches take from it as they go, so it is the one value of the model that changes.

    Attributes
    ----------
    left : float
        Units of work (see `PAIRS_A_UNIT`); infinite: until the proof.
    ends_at : float
        On the clock of `time.monotonic`: an emergency brake, after which answers depend on the machine.
    whole : Effort or None
        The effort that this is part of: work done here counts there too.
    """

    left: float = math.inf
    ends_at: float = math.inf
    whole: Effort | None = field(default=None, repr=False)

    @classmethod
    def limited(cls, *, work: float, seconds: float = math.inf) -> Effort:
        """So many units of work from now on, and an emergency brake after so many seconds."""
        return cls(left=work, ends_at=time.monotonic() + seconds)

    def part(self, share: float) -> Effort:
        """A share in [0, 1] of what is left, for one of several searches."""
        return Effort(left=self.left * share if self.left < math.inf else math.inf, ends_at=self.ends_at, whole=self)

    def spend(self, units: float) -> None:
        """Take work that was done, here and from the whole."""
        self.left -= units
        if self.whole is not None:
            self.whole.spend(units)

    def spend_nodes(self, count: int, pairs: int) -> None:
        """Take nodes of a search with so many pairs; a search without any has solved its first relaxation."""
        self.spend(max(1, count) * max(1.0, pairs / PAIRS_A_UNIT))

    def spend_steps(self, count: int, pairs: int) -> None:
        """Take first-order steps over so many pairs."""
        self.spend(count / STEPS_A_NODE * pairs / PAIRS_A_UNIT)

    def nodes(self, pairs: int) -> int | None:
        """Nodes that are left for a search with so many pairs, at least 1; None: any number."""
        if self.left == math.inf:
            return None
        return max(1, int(self.left / max(1.0, pairs / PAIRS_A_UNIT)))

    @property
    def seconds(self) -> float:
        """Seconds until the emergency brake, at least a hundredth; infinite without one."""
        return max(0.01, self.ends_at - time.monotonic())

    @property
    def is_spent(self) -> bool:
        """True where no work is left, or the emergency brake was reached."""
        return self.left <= 0 or self.is_braked

    @property
    def is_braked(self) -> bool:
        """True where the emergency brake was reached."""
        return time.monotonic() > self.ends_at
