"""How many people use public Wi-Fi at a site in a day: published facts, the council's logs, and how sure that is."""

from connected_place.coverage.use.facts import published_use
from connected_place.coverage.use.place_use import PlaceUse, place_use
from connected_place.coverage.use.site_use import SiteUse, site_use
from connected_place.coverage.use.towns import predicted_town
from connected_place.coverage.use.winners import overstatement

__all__ = [
    "PlaceUse",
    "SiteUse",
    "overstatement",
    "place_use",
    "predicted_town",
    "published_use",
    "site_use",
]
