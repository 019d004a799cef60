"""The strongest case against the plan, computed from the plan's own figures."""

from connected_place.coverage.opponent.against import Opponent, place_opponent

__all__ = ["Opponent", "place_opponent"]
