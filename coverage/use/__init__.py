"""How many people use public Wi-Fi at a site in a day: published facts, the council's logs, and how sure that is."""

from connected_place.coverage.use.facts import published_use
from connected_place.coverage.use.logs import UseLogs, use_logs
from connected_place.coverage.use.place_use import PlaceUse, place_use
from connected_place.coverage.use.priors import walking_share
from connected_place.coverage.use.site_use import SiteUse, site_use
from connected_place.coverage.use.towns import TownPrediction, predicted_town
from connected_place.coverage.use.validation import validate_use
from connected_place.coverage.use.winners import Overstatement, overstatement

__all__ = [
    "Overstatement",
    "PlaceUse",
    "SiteUse",
    "TownPrediction",
    "UseLogs",
    "overstatement",
    "place_use",
    "predicted_town",
    "published_use",
    "site_use",
    "use_logs",
    "validate_use",
    "walking_share",
]
