"""Who pays, who builds what when, what may go wrong, and what is measured."""

from connected_place.coverage.delivery.monitoring import baseline_of
from connected_place.coverage.delivery.schedule import Delivery, delivery
from connected_place.coverage.delivery.subsidy import subsidy_status
from connected_place.coverage.delivery.tasks import month_words
from connected_place.coverage.delivery.who_pays import Funding, funding

__all__ = [
    "Delivery",
    "Funding",
    "baseline_of",
    "delivery",
    "funding",
    "month_words",
    "subsidy_status",
]
