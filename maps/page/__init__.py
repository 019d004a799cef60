"""Pages that open from an e-mail and ask the network for nothing."""

from connected_place.maps.page.overview import Council, overview_page
from connected_place.maps.page.page import pages

__all__ = [
    "Council",
    "overview_page",
    "pages",
]
