"""The bid pack: what a fund asks for, in its order, as documents, pictures and tables."""

from connected_place.maps.pack.funds import Fund, chosen_fund
from connected_place.maps.pack.writing import write_pack

__all__ = [
    "Fund",
    "chosen_fund",
    "write_pack",
]
