"""What the invented borough of Saltmarsh is: its parameters, its settlements and its outline."""

from dataclasses import dataclass

import numpy as np
import shapely

WEST_M, SOUTH_M, EAST_M, NORTH_M = 600_000, 380_000, 618_000, 392_000
"""The box in the North Sea that holds the borough, metres, EPSG:27700."""

_SOUTH_WEST_KM = (600.0, 380.0)

# Corner points of the outline, kilometres from the box's south-west corner: first eastwards along the river,
# then north along the coast, then back west along the border with the neighbours.
_OUTLINE_KM = (
    *((1.2, 3.5), (2.6, 3.0), (3.9, 2.2), (5.0, 2.3), (6.0, 3.1), (7.2, 3.4), (8.4, 2.7), (9.2, 1.6), (10.4, 1.0)),
    *((11.8, 1.4), (12.8, 2.4), (14.0, 2.7), (15.3, 2.1), (16.6, 1.8), (17.3, 2.8), (17.4, 4.0), (16.8, 5.2)),
    *((17.1, 6.4), (16.6, 7.7), (15.4, 8.3), (14.9, 9.5), (13.2, 10.0), (12.1, 11.2), (10.6, 10.7), (9.1, 11.4)),
    *((7.6, 10.9), (6.2, 11.3), (4.6, 10.3), (3.2, 10.5), (2.1, 9.2), (1.2, 8.3), (1.6, 6.9), (0.8, 5.6), (1.3, 4.5)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A town, a village or the farms between them.

    Attributes
    ----------
    name : str
        Invented.
    centre_km : tuple of float
        East and north of the box's south-west corner.
    radius_m : float
        Mean radius of the built-up area; 0: scattered over the whole borough.
    postcodes : int
        Live postcodes.
    premises_weight : float
        Premises in a postcode, relative to a town's.
    district : str
        Postcode district, for example "QX1".
    deprivation : float
        Shift of the deprivation index in standard deviations; above 0 is more deprived.
    """

    name: str
    centre_km: tuple[float, float]
    radius_m: float
    postcodes: int
    premises_weight: float
    district: str
    deprivation: float

    @property
    def centre_m(self) -> tuple[float, float]:
        """Easting and northing of the centre, metres, EPSG:27700."""
        east_km, north_km = (origin + offset for origin, offset in zip(_SOUTH_WEST_KM, self.centre_km, strict=True))
        return 1000 * east_km, 1000 * north_km

    @property
    def is_town(self) -> bool:
        """Whether it has a town centre: shops, counters, street furniture."""
        return self.postcodes >= 200

    @property
    def is_village(self) -> bool:
        """Whether it is built up but has no town centre."""
        return self.radius_m > 0 and not self.is_town


def _town(
    name: str,
    centre_km: tuple[float, float],
    radius_m: float,
    *,
    postcodes: int,
    district: str,
    deprivation: float,
) -> Settlement:
    return Settlement(
        name=name,
        centre_km=centre_km,
        radius_m=radius_m,
        postcodes=postcodes,
        premises_weight=1.0,
        district=district,
        deprivation=deprivation,
    )


def _village(name: str, centre_km: tuple[float, float], *, postcodes: int, district: str) -> Settlement:
    return Settlement(
        name=name,
        centre_km=centre_km,
        radius_m=60.0 * postcodes**0.5,
        postcodes=postcodes,
        premises_weight=0.62,
        district=district,
        deprivation=-0.5,
    )


_SETTLEMENTS = (
    _town("Ropers Quay", (6.7, 5.1), 1650, postcodes=955, district="QX1", deprivation=0.3),
    _town("Kilnbridge", (3.9, 8.1), 1220, postcodes=555, district="QX2", deprivation=-0.3),
    _town("Dockhaven", (10.6, 2.5), 1080, postcodes=485, district="QX3", deprivation=1.2),
    _town("Osierham", (14.7, 4.4), 1000, postcodes=390, district="QX4", deprivation=0.1),
    _town("Furrowfield", (10.7, 8.6), 930, postcodes=350, district="QX5", deprivation=-0.8),
    _village("Larkmere", (7.6, 9.9), postcodes=55, district="QX2"),
    _village("Sedgeholme", (2.4, 5.6), postcodes=60, district="QX1"),
    _village("Thistlecombe", (9.7, 6.1), postcodes=50, district="QX5"),
    _village("Alderwick Green", (13.5, 7.5), postcodes=62, district="QX10"),
    _village("Plover End", (15.5, 6.9), postcodes=42, district="QX10"),
    _village("Barley Cross", (12.5, 5.7), postcodes=36, district="QX10"),
    _village("Millrace", (4.0, 3.6), postcodes=45, district="QX1"),
    _village("Curlew Staithe", (16.3, 2.9), postcodes=35, district="QX4"),
    Settlement(
        name="Saltmarsh Fields",
        centre_km=(8.9, 6.3),
        radius_m=0,
        postcodes=180,
        premises_weight=0.35,
        district="QX10",
        deprivation=-0.3,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Borough:
    """The parameters of the invented borough. Sizes follow Thurrock's order of magnitude.

    Attributes
    ----------
    seed : int
        Every random draw comes from it.
    premises, output_areas, lsoas, wards : int
        Premises are residential and commercial together.
    terminated_postcodes : int
        Postcodes no longer in use, beside the live ones of `settlements`.
    areas_not_reported, postcodes_not_reported : int
        Output areas and live postcodes for which the coverage files have no row.
    settlements : tuple of Settlement
        The first one is the biggest town.
    first_uprn : int
        First number of a 12-digit range above every UPRN in use.
    """

    name: str = "Saltmarsh"
    code: str = "E06990001"
    postcode_area: str = "QX"
    seed: int = 20260131
    premises: int = 70_240
    output_areas: int = 500
    lsoas: int = 100
    wards: int = 20
    terminated_postcodes: int = 150
    areas_not_reported: int = 2
    postcodes_not_reported: int = 60
    settlements: tuple[Settlement, ...] = _SETTLEMENTS
    first_uprn: int = 999_900_000_001

    @property
    def towns(self) -> tuple[Settlement, ...]:
        """The settlements with a town centre, the biggest first."""
        return tuple(settlement for settlement in self.settlements if settlement.is_town)

    def draws(self, step: int) -> np.random.Generator:
        """Random numbers of one step, so that a change in one step leaves the others as they are."""
        return np.random.default_rng([self.seed, step])


def outline(borough: Borough) -> shapely.Polygon:
    """The borough's outline: river bank in the south, coast in the east, field boundaries elsewhere.

    Returns
    -------
    Polygon, metres, EPSG:27700
    """
    smooth_m = _cut_corners(1000 * (np.array(_OUTLINE_KM) + _SOUTH_WEST_KM), rounds=2)
    ring = shapely.segmentize(shapely.LinearRing(smooth_m), 110)
    points_m = shapely.get_coordinates(ring)[:-1]
    wobble_m = _smooth_noise(borough.draws(0), len(points_m), amplitude_m=26)
    return shapely.Polygon(points_m + wobble_m)


def _cut_corners(points: np.ndarray, *, rounds: int) -> np.ndarray:
    """Round a closed line off: each corner is replaced by two points (Chaikin 1974)."""
    for _ in range(rounds):
        following = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * following, 0.25 * points + 0.75 * following], axis=1).reshape(-1, 2)
    return points


def _smooth_noise(draws: np.random.Generator, length: int, *, amplitude_m: float) -> np.ndarray:
    """Offsets that vary gently along a closed line, shape (length, 2)."""
    rough = draws.normal(0, 1, (length, 2))
    gentle = sum(np.roll(rough, shift, axis=0) for shift in (-1, 0, 1)) / 3**0.5
    return amplitude_m * np.clip(gentle, -1.5, 1.5)
