"""Write the embedded data set: an invented borough, in the files and columns that the publishers use.

    python -m connected_place.scripts.sample.build [OUTDIR]

The same seed gives the same bytes. What was planted in the data is written beside it, to `planted.json`.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from connected_place.scripts.sample import areas, broadband, files, ground, people, status, terrain, venues
from connected_place.scripts.sample import postcodes as places
from connected_place.scripts.sample.place import SOUTH_M, WEST_M, Borough, outline

DEFAULT_OUT = Path(__file__).resolve().parents[2] / "gis_data" / "sample"

AREA_PREFIX, LSOA_PREFIX, WARD_PREFIX = "E0099", "E0199", "E0599"
"""First figures of the invented codes; no real code has them."""

_OFCOM_AREAS = "202601_fixed_oa_coverage_r1.csv"
_OFCOM_POSTCODES = "202601_fixed_pc_coverage_r2_{area}.csv"
_LOOKUP_COLUMNS = ["OA21CD", "LSOA21CD", "LSOA21NM", "WD25CD", "WD25NM", "LAD25CD", "LAD25NM"]
_STATUS_FILE = "202601_BDUK_uprn_release_Saltmarsh.csv"
_POSITIONS_FILE = "osopenuprn_202601.csv"
_CENSUS_DATE = 2021
_IOD_FILE = "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBorough:
    """The invented borough as drawn, before it is cut into the publishers' files.

    Attributes
    ----------
    borough : Borough
    postcodes : DataFrame, one row a live postcode
        `postcode`, `easting`, `northing`, `settlement`, `district`, `in_town`, `premises`, `oa21cd`, `lsoa21cd`,
        `wd25cd`, `wd25nm`, `cluster` (missing outside the planted clusters).
    cells : array of polygons, EPSG:4326
        The land of each postcode.
    centroids : DataFrame indexed by output area code
        `x`, `y`, EPSG:27700.
    counts : DataFrame indexed like `postcodes`
        What each postcode's premises can get, in the coverage file's count columns.
    areas_not_reported, postcodes_not_reported : list of str
        Codes of output areas and names of postcodes for which the coverage files have no row.
    """

    borough: Borough
    postcodes: pd.DataFrame
    cells: np.ndarray
    centroids: pd.DataFrame
    counts: pd.DataFrame
    areas_not_reported: list[str]
    postcodes_not_reported: list[str]

    @property
    def counts_by_area(self) -> pd.DataFrame:
        """The count columns of every output area, also of those not reported."""
        return self.counts.groupby(self.postcodes["oa21cd"]).sum()

    @property
    def reported_by_area(self) -> pd.DataFrame:
        """The count columns of the output areas that the coverage file reports."""
        return self.counts_by_area.drop(index=self.areas_not_reported)

    @property
    def ward_of_area(self) -> pd.Series:
        """Ward code of each output area."""
        return self.postcodes.drop_duplicates("oa21cd").set_index("oa21cd")["wd25cd"].sort_index()


def draw(borough: Borough) -> SampleBorough:
    """Draw the borough: postcodes, areas, planted clusters and what its premises can get."""
    land = outline(borough)
    postcodes = places.live_postcodes(borough, land=land)
    cells = areas.postcode_cells(postcodes, land=land)
    postcodes = postcodes.join(areas.nest(postcodes, cells=cells, borough=borough))
    order = np.lexsort((postcodes["easting"], postcodes["area"]))
    cells = cells[order]
    postcodes = _name(postcodes.iloc[order].reset_index(drop=True), borough)
    centroids = _weighted_centroids(postcodes)
    cluster = broadband.cluster_of_area(centroids, origin_km=(WEST_M / 1000, SOUTH_M / 1000))
    postcodes["cluster"] = postcodes["oa21cd"].map(cluster)
    counts = broadband.count_columns(broadband.premises_by_band(postcodes, borough=borough), borough=borough)
    hidden_areas, hidden_postcodes = _not_reported(postcodes, borough)
    return SampleBorough(
        borough=borough,
        postcodes=postcodes,
        cells=cells,
        centroids=centroids,
        counts=counts,
        areas_not_reported=hidden_areas,
        postcodes_not_reported=hidden_postcodes,
    )


def build(out: Path, *, borough: Borough) -> None:
    """Write every file of the sample to a folder, which is made where it is missing.

    Parameters
    ----------
    out : Path
        Files of the same names in it are replaced.
    borough : Borough
        The seed and the sizes.
    """
    out.mkdir(parents=True, exist_ok=True)
    sample = draw(borough)
    _write_coverage(out, sample)
    _write_areas(out, sample)
    _write_status(out, sample)
    _write_people(out, sample)
    _write_venues(out, sample)
    _write_ground(out, sample)
    grid = terrain.town_grid(borough)
    files.write_raster(
        out / "dsm_1m_town_centre.tif",
        terrain.surface(grid, borough=borough),
        north_west=terrain.north_west_corner(grid),
        cell_m=1,
        nodata=terrain.SURFACE_NODATA,
    )
    files.write_text(out / "plan.toml", files.plan_toml_text(borough))
    files.write_text(out / "planted.json", json.dumps(planted_facts(sample), indent=1) + "\n")
    files.write_text(out / "LICENCE.md", files.licence(borough))


def planted_facts(sample: SampleBorough) -> dict[str, object]:
    """What was planted, for a test or a reader to find again; all counts are premises, over the reported areas."""
    reported = sample.reported_by_area
    return {
        "place": sample.borough.name,
        "seed": sample.borough.seed,
        "premises": int(sample.borough.premises),
        "premises_reported": int(reported["All Premises"].sum()),
        "gap": broadband.unserved_shares(reported),
        "wards": _ward_facts(sample),
        "clusters": [_cluster_facts(sample, cluster) for cluster in broadband.CLUSTERS],
        "areas_not_reported": [
            {"area_code": code, "premises": int(sample.counts_by_area["All Premises"][code])}
            for code in sample.areas_not_reported
        ],
        "postcodes_not_reported": sample.postcodes_not_reported,
    }


def _main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="build_sample", description="Write the embedded, invented data set.")
    parser.add_argument("out", nargs="?", type=Path, default=DEFAULT_OUT, help="folder (default: %(default)s)")
    out = parser.parse_args().out
    build(out, borough=Borough())
    size_kb = sum(path.stat().st_size for path in out.iterdir()) / 1000
    print(f"Wrote {len(list(out.iterdir()))} files, {size_kb:,.0f} kB, to {out}")


def _name(postcodes: pd.DataFrame, borough: Borough) -> pd.DataFrame:
    """Add names and codes to postcodes that are numbered by `nest`."""
    ward_names = areas.name_wards(postcodes, borough=borough)
    return postcodes.assign(
        postcode=places.name_postcodes(postcodes),
        in_town=postcodes["settlement"].isin([town.name for town in borough.towns]),
        oa21cd=areas.codes(postcodes["area"], prefix=AREA_PREFIX),
        lsoa21cd=areas.codes(postcodes["lsoa"], prefix=LSOA_PREFIX),
        lsoa21nm=_lsoa_names(postcodes["lsoa"], borough),
        wd25cd=areas.codes(postcodes["ward"], prefix=WARD_PREFIX),
        wd25nm=postcodes["ward"].map(ward_names),
        lad25cd=borough.code,
        lad25nm=borough.name,
    )


def _lsoa_names(lsoa: pd.Series, borough: Borough) -> pd.Series:
    """Names in the publisher's pattern, "Saltmarsh 001A": five LSOAs to a middle-layer number."""
    return borough.name + " " + (1 + lsoa // 5).astype(str).str.zfill(3) + (lsoa % 5).map("ABCDE".__getitem__)


def _weighted_centroids(postcodes: pd.DataFrame) -> pd.DataFrame:
    """Population-weighted centre of each output area, moved to its nearest postcode and so always inside it."""
    group = postcodes["oa21cd"]
    share = postcodes["premises"] / postcodes["premises"].groupby(group).transform("sum")
    points_m = postcodes[["easting", "northing"]]
    offset_m = points_m - points_m.mul(share, axis=0).groupby(group).transform("sum")
    away_m = pd.Series(np.hypot(*offset_m.to_numpy().T), index=offset_m.index)
    nearest = postcodes.loc[away_m.groupby(group).idxmin()]
    return nearest.set_index("oa21cd")[["easting", "northing"]].set_axis(["x", "y"], axis=1)


def _not_reported(postcodes: pd.DataFrame, borough: Borough) -> tuple[list[str], list[str]]:
    """Areas outside the clusters and all their postcodes, and further postcodes, that the files leave out."""
    draws = borough.draws(14)
    plain = postcodes[postcodes["cluster"].isna()]
    hidden = draws.choice(np.sort(plain["oa21cd"].unique()), borough.areas_not_reported, replace=False)
    theirs = postcodes.loc[postcodes["oa21cd"].isin(hidden), "postcode"]
    others = plain.loc[~plain["oa21cd"].isin(hidden), "postcode"]
    more = draws.choice(others, borough.postcodes_not_reported - len(theirs), replace=False)
    return sorted(hidden.tolist()), sorted([*theirs, *more.tolist()])


def _ward_facts(sample: SampleBorough) -> list[dict[str, object]]:
    reported = sample.reported_by_area
    names = sample.postcodes.set_index("wd25cd")["wd25nm"].to_dict()
    return [
        {
            "ward_code": code,
            "ward_name": names[code],
            "premises": int(rows["All Premises"].sum()),
            "gap_ufbb_300": broadband.unserved_shares(rows)["ufbb_300"],
        }
        for code, rows in reported.groupby(sample.ward_of_area[reported.index])
    ]


def _cluster_facts(sample: SampleBorough, cluster: broadband.GapCluster) -> dict[str, object]:
    codes = sorted(sample.postcodes.loc[sample.postcodes["cluster"] == cluster.name, "oa21cd"].unique())
    rows = sample.reported_by_area.loc[codes]
    return {
        "name": cluster.name,
        "kind": cluster.kind,
        "area_codes": codes,
        "premises": int(rows["All Premises"].sum()),
        "gap_ufbb_300": broadband.unserved_shares(rows)["ufbb_300"],
    }


def _write_coverage(out: Path, sample: SampleBorough) -> None:
    """The two coverage files: counts and percentages by output area, percentages by postcode."""
    reported = sample.reported_by_area
    percentages = broadband.percent_columns(reported)
    by_area = pd.concat([reported.iloc[:, :2], percentages, reported.iloc[:, 2:]], axis=1)
    files.write_csv(out / _OFCOM_AREAS, by_area.rename_axis("output_area").reset_index(), as_ofcom=True)

    keys = pd.DataFrame(
        {
            "postcode": sample.postcodes["postcode"].str.replace(" ", ""),
            "postcode_space": sample.postcodes["postcode"],
            "postcode area": sample.borough.postcode_area,
        }
    )
    by_postcode = pd.concat([keys, broadband.percent_columns(sample.counts)], axis=1)
    by_postcode = by_postcode[~by_postcode["postcode_space"].isin(sample.postcodes_not_reported)]
    name = _OFCOM_POSTCODES.format(area=sample.borough.postcode_area)
    files.write_csv(out / name, by_postcode.sort_values("postcode"), as_ofcom=True)


def _write_areas(out: Path, sample: SampleBorough) -> None:
    """Boundaries of output areas, LSOAs and wards, the lookup between them, centroids and postcodes."""
    lookup = sample.postcodes.drop_duplicates("oa21cd").rename(columns=str.upper)[_LOOKUP_COLUMNS]
    for code, name, columns in (
        ("OA21CD", "OA_2021_EW_BGC", ["OA21CD", "LSOA21CD", "LSOA21NM"]),
        ("LSOA21CD", "LSOA_2021_EW_BGC", ["LSOA21CD", "LSOA21NM"]),
        ("WD25CD", "WD_MAY_2025_UK_BGC", ["WD25CD", "WD25NM", "LAD25CD", "LAD25NM"]),
    ):
        shapes = areas.merge_cells(sample.cells, sample.postcodes[code.lower()])
        attributes = lookup[columns].drop_duplicates(code).set_index(code, drop=False)
        files.write_geojson(out / f"{name}.geojson", name=name, shapes=shapes, attributes=attributes)
    files.write_csv(out / "OA21_LSOA21_WD25_LAD25_EW_LU.csv", lookup)
    files.write_csv(out / "OA_2021_PWC.csv", sample.centroids.rename_axis("OA21CD").reset_index())
    files.write_csv(out / f"NSPL_NOV_2025_{sample.borough.postcode_area}.csv", _postcode_directory(sample))


def _postcode_directory(sample: SampleBorough) -> pd.DataFrame:
    """Live and terminated postcodes in the columns of the National Statistics Postcode Lookup, November 2025."""
    draws = sample.borough.draws(15)
    gone = places.terminated_postcodes(sample.postcodes, borough=sample.borough)
    both = pd.concat([sample.postcodes, gone], ignore_index=True)
    is_gone = np.arange(len(both)) >= len(sample.postcodes)
    degrees = areas.to_degrees(both[["easting", "northing"]].to_numpy(float))
    outward, inward = both["postcode"].str.split(" ", expand=True).to_numpy().T
    table = pd.DataFrame(
        {
            "pcd7": pd.Series(outward).str.ljust(4) + inward,
            "pcd8": pd.Series(outward).str.ljust(5) + inward,
            "pcds": both["postcode"],
            "dointr": draws.choice([198001, 199112, 200406, 201109], len(both)),
            "doterm": np.where(is_gone, draws.choice(["201212", "201809", "202303"], len(both)), ""),
            "east1m": both["easting"],
            "north1m": both["northing"],
            "gridind": 1,
            **{column: both[column] for column in ("oa21cd", "lad25cd", "wd25cd", "lsoa21cd")},
            "lat": pd.Series(degrees[:, 1]).map("{:.6f}".format),
            "long": pd.Series(degrees[:, 0]).map("{:.6f}".format),
        }
    )
    return table.sort_values("pcds")


def _write_status(out: Path, sample: SampleBorough) -> None:
    """Subsidy control status of the premises without a gigabit network, and where they are."""
    rows = status.status_rows(sample.postcodes, sample.counts, borough=sample.borough)
    places = ["easting", "northing", "is_placed"]
    files.write_csv(out / _STATUS_FILE, rows.drop(columns=places))
    placed = rows.loc[rows["is_placed"], ["uprn", "easting", "northing"]]
    files.write_csv(out / _POSITIONS_FILE, placed.set_axis(["UPRN", "X_COORDINATE", "Y_COORDINATE"], axis=1))


def _write_ground(out: Path, sample: SampleBorough) -> None:
    """Layers of the base map, as a council would cut them from OS OpenMap Local."""
    for name, draw_layer in (
        ("base_roads", ground.roads),
        ("base_rail", ground.railway),
        ("base_water", ground.water),
        ("base_greenspace", ground.greenspace),
    ):
        shapes, attributes = draw_layer(sample.borough)
        files.write_geojson(out / f"{name}.geojson", name=name, shapes=shapes, attributes=attributes)
    files.write_csv(out / "base_names.csv", ground.names(sample.borough))


def _write_people(out: Path, sample: SampleBorough) -> None:
    """Census residents and households, deprivation, and residents on a grid."""
    census = people.households_and_residents(sample.counts_by_area["All Premises"], borough=sample.borough)
    keys = pd.DataFrame({"date": _CENSUS_DATE, "geography": census.index, "geography code": census.index})
    residents = pd.DataFrame(
        {
            "Residence type: Total; measures: Value": census["residents"],
            "Residence type: Lives in a household; measures: Value": census["residents"] - census["in_communal"],
            "Residence type: Lives in a communal establishment; measures: Value": census["in_communal"],
        }
    ).reset_index(drop=True)
    households = pd.DataFrame({"Number of households": census["households"].to_numpy()})
    files.write_csv(out / "census2021-ts001-oa.csv", pd.concat([keys, residents], axis=1))
    files.write_csv(out / "census2021-ts041-oa.csv", pd.concat([keys, households], axis=1))
    files.write_csv(out / _IOD_FILE, _deprivation_file(sample))
    files.write_raster(
        out / "population_100m_2026.tif",
        people.population_grid(sample.postcodes, residents=census["residents"], borough=sample.borough),
        north_west=people.GRID_CORNER_M,
        cell_m=people.CELL_M,
        nodata=people.POPULATION_NODATA,
    )


def _deprivation_file(sample: SampleBorough) -> pd.DataFrame:
    shift = {place.name: place.deprivation for place in sample.borough.settlements}
    by_postcode = sample.postcodes.assign(deprivation=sample.postcodes["settlement"].map(shift))
    lsoas = by_postcode.groupby(["lsoa21cd", "lsoa21nm"], as_index=False)[["deprivation"]].mean()
    keys = {
        "LSOA code (2021)": lsoas["lsoa21cd"],
        "LSOA name (2021)": lsoas["lsoa21nm"],
        "Local Authority District code (2024)": sample.borough.code,
        "Local Authority District name (2024)": sample.borough.name,
    }
    return pd.DataFrame(keys).join(people.deprivation(lsoas, borough=sample.borough))


def _write_venues(out: Path, sample: SampleBorough) -> None:
    """The asset register, existing Wi-Fi and footfall."""
    register = venues.asset_register(sample.postcodes, borough=sample.borough)
    counters = venues.footfall_counters(sample.borough)
    files.write_workbook(out / "asset_register.xlsx", register, sheet="Assets", titles=files.REGISTER_TITLES)
    files.write_csv(out / "existing_public_wifi.csv", venues.wifi_rows(register, borough=sample.borough))
    files.write_csv(out / "footfall_counters.csv", counters)
    files.write_csv(out / "footfall_hourly.csv", venues.footfall_hourly(counters, borough=sample.borough))


if __name__ == "__main__":
    _main()
