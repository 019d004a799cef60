"""How many people use public Wi-Fi at a site in a day: published facts, the council's logs, and how sure that is."""

from connected_place.coverage.use.facts import published_use
from connected_place.coverage.use.site_use import site_use
from connected_place.coverage.use.towns import predicted_town
from connected_place.coverage.use.winners import overstatement

__all__ = [
    "overstatement",
    "predicted_town",
    "published_use",
    "site_use",
]
