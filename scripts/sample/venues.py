"""The invented council's venues, the free Wi-Fi that exists already and the footfall counters."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.scripts.sample.place import Borough, Settlement
from connected_place.scripts.sample.terrain import town_grid

_WORDS = (
    *("Alder", "Anchor", "Ash", "Avocet", "Barley", "Basket", "Beacon", "Beech", "Birch"),
    *("Bittern", "Bramble", "Brook", "Candle", "Cedar", "Cherry", "Chestnut", "Clover", "Cobble"),
    *("Coppice", "Cordwain", "Cowslip", "Crane", "Curlew", "Dunlin", "Elder", "Elm", "Fern"),
    *("Ferry", "Flax", "Foxglove", "Gannet", "Gorse", "Hawthorn", "Hazel", "Heather", "Heron"),
    *("Holly", "Hop", "Ivy", "Juniper", "Kelp", "Kestrel", "Lapwing", "Larch", "Lark"),
    *("Lavender", "Lighter", "Linnet", "Maple", "Meadow", "Mill", "Oak", "Osprey", "Otter"),
    *("Plough", "Poplar", "Reed", "Rowan", "Rush", "Samphire", "Sedge", "Spindle", "Staithe"),
    *("Tern", "Thistle", "Tide", "Walnut", "Weaver", "Wheel", "Willow"),
)
_ROADS = ("Street", "Road", "Lane", "Way", "Close", "Avenue")
_ON_SITE_M = (6, 16)
_WIFI_IN_BUILDINGS = 11
_WIFI_IN_STREETS = 9
_COUNTERS_BY_TOWN = (3, 1, 1, 1)
_COUNTED_FROM = "2026-01-05"
_COUNTED_DAYS = 28
_COUNTER_FAILED = ("FC04", "2026-01-20", range(10, 19))

# Peaks of a day's footfall: height relative to a weekday's noon, hour, width in hours.
_WEEKDAY_PEAKS = ((0.55, 8.3, 1.1), (0.95, 12.7, 2.1), (0.6, 17.0, 1.4))
_SATURDAY_PEAKS = ((1.35, 13.5, 3.2),)
_SUNDAY_PEAKS = ((0.6, 13.5, 2.6),)
_AT_NIGHT = 0.015


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueKind:
    """A kind of venue on the register.

    Attributes
    ----------
    label : str
        Its type on the register.
    nouns : tuple of str
        What its names end in.
    count : int
        Venues of this kind.
    place : str
        "homes": anywhere, by premises. "centre": near a town's centre. "street": in a town centre's streets.
    tenure : tuple of str
        How the council holds such venues.
    """

    label: str
    nouns: tuple[str, ...]
    count: int
    place: str
    tenure: tuple[str, ...]


_COUNCIL = ("Freehold", "Freehold", "Leasehold")
VENUE_KINDS = (
    VenueKind(label="Library", nouns=("Library",), count=10, place="homes", tenure=_COUNCIL),
    VenueKind(
        label="School",
        nouns=("Primary School", "Primary School", "Primary School", "Infant School", "High School"),
        count=55,
        place="homes",
        tenure=("Maintained", "Academy lease"),
    ),
    VenueKind(
        label="Health centre",
        nouns=("Surgery", "Surgery", "Health Centre", "Medical Centre"),
        count=36,
        place="homes",
        tenure=("NHS lease", "Third party"),
    ),
    VenueKind(
        label="Community centre", nouns=("Community Centre", "Hall", "Hub"), count=30, place="homes", tenure=_COUNCIL
    ),
    VenueKind(label="Leisure centre", nouns=("Leisure Centre", "Pool"), count=8, place="homes", tenure=_COUNCIL),
    VenueKind(label="Council office", nouns=("House", "Civic Office"), count=9, place="centre", tenure=_COUNCIL),
    VenueKind(label="Market", nouns=("Market",), count=5, place="centre", tenure=("Freehold",)),
    VenueKind(label="Car park", nouns=("Car Park",), count=25, place="centre", tenure=_COUNCIL),
    VenueKind(label="Park", nouns=("Park", "Pavilion", "Recreation Ground"), count=32, place="homes", tenure=_COUNCIL),
    VenueKind(
        label="Street furniture", nouns=("CCTV column", "Lamp column"), count=90, place="street", tenure=("Highway",)
    ),
)

_NOTES = ("", "", "", "", "", "Listed building", "Refurbished in 2024", "Shared entrance", "Lease ends 2031")


def asset_register(postcodes: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """The council's register of venues, one row each, in the register's own column names.

    Parameters
    ----------
    postcodes : DataFrame
        Live ones: `postcode`, `settlement`, `premises`, `easting`, `northing` (EPSG:27700).
    """
    draws = borough.draws(10)
    venues = pd.concat([_venues_of(kind, postcodes, borough, draws) for kind in VENUE_KINDS], ignore_index=True)
    number = pd.Series(range(1, len(venues) + 1))
    in_street = venues["Type"] == "Street furniture"
    notes = pd.Series(draws.choice(_NOTES, len(venues))).mask(in_street, "Mains power on the column")
    street_name = venues["Asset name"] + " " + number.astype(str) + ", " + venues["Street"]
    return pd.DataFrame(
        {
            "Asset ID": "A" + number.astype(str).str.zfill(4),
            "Asset name": venues["Asset name"].mask(in_street, street_name),
            "Type": venues["Type"],
            "Address": venues["Street"] + ", " + venues["settlement"],
            "Postcode": venues["postcode"],
            "UPRN": (borough.first_uprn + number - 1).astype(str),
            "X": venues["easting"],
            "Y": venues["northing"],
            "Tenure": venues["Tenure"],
            "Notes": notes,
        }
    )


def wifi_rows(register: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """Public Wi-Fi that is there already: in libraries and leisure centres, and in streets of the town centres."""
    draws = borough.draws(11)
    indoors = register[register["Type"].isin(["Library", "Leisure centre"])].head(_WIFI_IN_BUILDINGS)
    columns = register[register["Type"] == "Street furniture"]
    outdoors = columns.iloc[:: len(columns) // _WIFI_IN_STREETS].head(_WIFI_IN_STREETS)
    places = pd.concat([indoors, outdoors], ignore_index=True)
    providers = ("Saltmarsh Council", "Saltmarsh Council", "Tidemark Wi-Fi", "Lanternlink")
    return pd.DataFrame(
        {
            "Location name": places["Asset name"],
            "Provider": draws.choice(providers, len(places)),
            "Access (Free/Paid)": draws.choice(["Free", "Free", "Free", "Free", "Free", "Paid"], len(places)),
            "Easting": places["X"],
            "Northing": places["Y"],
            "Installed year": draws.integers(2014, 2025, len(places)),
        }
    )


def footfall_counters(borough: Borough) -> pd.DataFrame:
    """Counters in the streets of the biggest towns, with the town each stands in."""
    draws = borough.draws(12)
    towns = [town for town, count in zip(borough.towns, _COUNTERS_BY_TOWN, strict=False) for _ in range(count)]
    places_m = np.vstack([_in_streets(town, 1, borough, draws, spread_m=70) for town in towns]).round().astype(int)
    return pd.DataFrame(
        {
            "Counter ID": [f"FC{number:02d}" for number in range(1, len(towns) + 1)],
            "Name": [f"{town.name}, {_street(draws)}" for town in towns],
            "Easting": places_m[:, 0],
            "Northing": places_m[:, 1],
        }
    )


def footfall_hourly(counters: pd.DataFrame, *, borough: Borough) -> pd.DataFrame:
    """Four weeks of hourly counts, one row a counter and hour; one counter lacks nine hours.

    Returns
    -------
    DataFrame
        `Counter ID`, `Date` (ISO), `Hour` (0 to 23), `Count` (people passing).
    """
    draws = borough.draws(13)
    days = pd.date_range(_COUNTED_FROM, periods=_COUNTED_DAYS)
    weekly = np.stack([_day_shape(weekday) for weekday in days.day_of_week])
    busiest = np.array([520, 410, 300, 260, 210, 170])[: len(counters), None, None]
    weather = draws.normal(1, 0.12, (1, len(days), 1)).clip(0.6, 1.3)
    counts = draws.poisson(busiest * weekly * weather * draws.gamma(40, 1 / 40, (len(counters), *weekly.shape)))
    index = pd.MultiIndex.from_product(
        [counters["Counter ID"], days.strftime("%Y-%m-%d"), range(24)], names=["Counter ID", "Date", "Hour"]
    )
    hourly = pd.DataFrame({"Count": counts.ravel()}, index=index).reset_index()
    counter, date, hours = _COUNTER_FAILED
    failed = (hourly["Counter ID"] == counter) & (hourly["Date"] == date) & hourly["Hour"].isin(hours)
    return hourly[~failed]


def _day_shape(weekday: int) -> np.ndarray:
    """Footfall of the 24 hours relative to a weekday's noon: commuters and lunch, Saturday shopping, a quiet Sunday."""
    peaks = {5: _SATURDAY_PEAKS, 6: _SUNDAY_PEAKS}.get(weekday, _WEEKDAY_PEAKS)
    height, peak_hour, width_hours = np.array(peaks).T[:, :, None]
    bumps = height * np.exp(-(((np.arange(24) - peak_hour) / width_hours) ** 2))
    shape: np.ndarray = _AT_NIGHT + bumps.sum(axis=0)
    return shape


def _venues_of(kind: VenueKind, postcodes: pd.DataFrame, borough: Borough, draws: np.random.Generator) -> pd.DataFrame:
    in_street = kind.place == "street"
    places = _street_places(kind, postcodes, borough, draws) if in_street else _sites(kind, postcodes, draws)
    words = draws.choice(_WORDS, kind.count, replace=kind.count > len(_WORDS))
    nouns = np.array(kind.nouns)[np.arange(kind.count) % len(kind.nouns)]
    names = nouns if in_street else [f"{word} {noun}" for word, noun in zip(words, nouns, strict=True)]
    return places.assign(
        Type=kind.label,
        Tenure=draws.choice(kind.tenure, kind.count),
        Street=[_street(draws) for _ in range(kind.count)],
        **{"Asset name": names},
    )


def _sites(kind: VenueKind, postcodes: pd.DataFrame, draws: np.random.Generator) -> pd.DataFrame:
    """Sites 6 to 16 m from a postcode, which are drawn by premises, for "centre" among the densest ones."""
    pool = _central(postcodes) if kind.place == "centre" else postcodes
    share = pool["premises"] / pool["premises"].sum()
    chosen = pool.iloc[np.sort(draws.choice(len(pool), kind.count, replace=False, p=share))]
    turn = draws.uniform(0, 2 * np.pi, kind.count)
    away_m = draws.uniform(*_ON_SITE_M, kind.count)
    return chosen[["postcode", "settlement"]].assign(
        easting=(chosen["easting"] + away_m * np.cos(turn)).round().astype(int),
        northing=(chosen["northing"] + away_m * np.sin(turn)).round().astype(int),
    )


def _central(postcodes: pd.DataFrame) -> pd.DataFrame:
    """Postcodes within the inner third of a town."""
    towns = postcodes[postcodes["in_town"]]
    middle = towns.groupby("settlement")[["easting", "northing"]].transform("median")
    away_m = pd.Series(np.hypot(*(towns[middle.columns] - middle).to_numpy().T), index=towns.index)
    return towns[away_m <= away_m.groupby(towns["settlement"]).transform("median") * 0.6]


def _street_places(
    kind: VenueKind, postcodes: pd.DataFrame, borough: Borough, draws: np.random.Generator
) -> pd.DataFrame:
    """Columns in the town centres' streets, shared by the size of the towns, with the nearest postcode."""
    weight = np.array([town.postcodes for town in borough.towns])
    counts = np.diff(np.rint(np.append(0, weight.cumsum()) * kind.count / weight.sum()).astype(int))
    towns = [(town, count) for town, count in zip(borough.towns, counts, strict=True)]
    places_m = np.vstack([_in_streets(town, count, borough, draws, spread_m=95) for town, count in towns])
    whole_m = np.rint(places_m).astype(int)
    _, nearest = cKDTree(postcodes[["easting", "northing"]]).query(whole_m)
    return pd.DataFrame(
        {
            "postcode": postcodes["postcode"].to_numpy()[nearest],
            "settlement": [town.name for town, count in towns for _ in range(count)],
            "easting": whole_m[:, 0],
            "northing": whole_m[:, 1],
        }
    )


def _in_streets(
    town: Settlement, count: int, borough: Borough, draws: np.random.Generator, *, spread_m: float
) -> np.ndarray:
    """Positions around a town's centre; in the town with a surface model, at the kerb."""
    places_m = np.array(town.centre_m) + draws.normal(0, spread_m, (count, 2)).clip(-170, 170)
    grid = town_grid(borough)
    return grid.onto_street(places_m) if town.centre_m == grid.centre_m else places_m


def _street(draws: np.random.Generator) -> str:
    return f"{draws.choice(_WORDS)} {draws.choice(_ROADS)}"
