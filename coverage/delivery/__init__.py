"""Who pays, who builds what when, what may go wrong, and what is measured."""

from connected_place.coverage.delivery.place_delivery import PlaceDelivery, place_delivery
from connected_place.coverage.delivery.schedule import Delivery
from connected_place.coverage.delivery.tasks import month_words
from connected_place.coverage.delivery.who_pays import Funding

__all__ = [
    "Delivery",
    "Funding",
    "PlaceDelivery",
    "month_words",
    "place_delivery",
]
