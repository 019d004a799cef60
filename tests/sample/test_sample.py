"""The embedded borough: what its files promise, re-computed from the files alone."""

import json
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from openpyxl import load_workbook
from pyproj import Transformer

from connected_place.scripts.sample import build as build_sample
from connected_place.scripts.sample.place import Borough

SAMPLE = build_sample.DEFAULT_OUT
NUMBER = "Number of premises "
TIERS = {
    "sfbb_30": "with SFBB availability",
    "ufbb_100": "with UFBB (100Mbit/s) availability",
    "ufbb_300": "with UFBB availability",
    "gigabit": "with Gigabit availability",
}
BOUNDARIES = {
    "OA_2021_EW_BGC": ("OA21CD", 500, r"E0099\d{4}"),
    "LSOA_2021_EW_BGC": ("LSOA21CD", 100, r"E0199\d{4}"),
    "WD_MAY_2025_UK_BGC": ("WD25CD", 20, r"E0599\d{4}"),
}
GIGABIT = "Gigabit availability (% premises)"


@pytest.fixture(scope="module")
def oa_coverage() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "202601_fixed_oa_coverage_r1.csv", encoding="utf-8-sig", index_col="output_area")


@pytest.fixture(scope="module")
def pc_coverage() -> pd.DataFrame:
    path = SAMPLE / "202601_fixed_pc_coverage_r2_QX.csv"
    return pd.read_csv(path, encoding="utf-8-sig", index_col="postcode_space")


@pytest.fixture(scope="module")
def directory() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "NSPL_NOV_2025_QX.csv", dtype={"doterm": str})


@pytest.fixture(scope="module")
def lookup() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "OA21_LSOA21_WD25_LAD25_EW_LU.csv")


@pytest.fixture(scope="module")
def boundaries() -> dict[str, gpd.GeoDataFrame]:
    return {name: gpd.read_file(SAMPLE / f"{name}.geojson") for name in BOUNDARIES}


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return pd.read_excel(SAMPLE / "asset_register.xlsx", header=2, dtype={"Asset ID": str, "UPRN": str})


@pytest.fixture(scope="module")
def planted() -> dict:
    return json.loads((SAMPLE / "planted.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory) -> tuple[Path, Path]:
    """Two builds with the same seed."""
    one, other = (tmp_path_factory.mktemp(name) for name in ("one", "other"))
    for out in (one, other):
        build_sample.build(out, borough=Borough())
    return one, other


def lacking(rows: pd.DataFrame, tier: str) -> int:
    """Premises without a tier, from the count columns alone."""
    return int((rows["All Premises"] - rows[NUMBER + TIERS[tier]]).sum())


def centroids_27700() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "OA_2021_PWC.csv", index_col="OA21CD")


# --- the same seed, the same bytes ---------------------------------------------------------------------------


def test_two_builds_give_the_same_bytes(rebuilt):
    one, other = rebuilt
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    assert [name for name in names if (one / name).read_bytes() != (other / name).read_bytes()] == []


def test_the_embedded_files_are_what_the_builder_writes(rebuilt):
    """Compressed files are compared by content: their bytes depend on the machine's compressor."""
    fresh = rebuilt[0]
    assert sorted(path.name for path in fresh.iterdir()) == sorted(path.name for path in SAMPLE.iterdir())
    for path in sorted(SAMPLE.iterdir()):
        if path.suffix == ".tif":
            with rasterio.open(path) as old, rasterio.open(fresh / path.name) as new:
                np.testing.assert_array_equal(old.read(), new.read())
        elif path.suffix == ".xlsx":
            pd.testing.assert_frame_equal(pd.read_excel(path), pd.read_excel(fresh / path.name))
        else:
            assert path.read_bytes() == (fresh / path.name).read_bytes(), path.name


def test_another_seed_gives_another_borough(tmp_path):
    build_sample.build(tmp_path, borough=Borough(seed=7))
    name = "202601_fixed_oa_coverage_r1.csv"
    assert (tmp_path / name).read_bytes() != (SAMPLE / name).read_bytes()


def test_the_folder_stays_below_two_megabytes():
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 2_000_000


# --- coverage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["202601_fixed_oa_coverage_r1.csv", "202601_fixed_pc_coverage_r2_QX.csv"])
def test_coverage_files_have_a_mark_and_windows_line_ends(name):
    content = (SAMPLE / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") > 400


def test_coverage_files_have_the_publishers_number_of_columns(oa_coverage, pc_coverage):
    assert oa_coverage.shape == (498, 2 + 17 + 17)
    assert pc_coverage.shape == (3240, 2 + 17)
    assert list(oa_coverage.columns[2:19]) == list(pc_coverage.columns[2:])


def test_the_publishers_count_invariants_hold_in_every_area(oa_coverage):
    def n(label: str) -> pd.Series:
        return oa_coverage[NUMBER + label]

    bands = {low: n(f"with {low}Mbit/s download speed") for low in ("0<2", "2<5", "5<10", "10<30", "30<300", ">=300")}
    matched = oa_coverage["All Matched Premises"]
    assert (n("with SFBB availability") == bands["30<300"] + bands[">=300"]).all()
    assert (n("with UFBB availability") == bands[">=300"]).all()
    assert (n("unable to receive 2Mbit/s") == bands["0<2"]).all()
    assert (n("unable to receive 5Mbit/s") == bands["0<2"] + bands["2<5"]).all()
    assert (n("unable to receive 10Mbit/s") == bands["0<2"] + bands["2<5"] + bands["5<10"]).all()
    assert (n("with SFBB availability") + n("unable to receive 30Mbit/s") == matched).all()
    assert (sum(bands.values()) == matched).all()


def test_no_tier_is_wider_than_a_lower_one(oa_coverage):
    ladder = [
        "All Premises",
        "All Matched Premises",
        NUMBER + "with NGA",
        *(NUMBER + label for label in TIERS.values()),
    ]
    steps = oa_coverage[ladder].to_numpy()
    assert (np.diff(steps, axis=1) <= 0).all()
    assert (steps >= 0).all()
    no_decent = oa_coverage[NUMBER + "unable to receive decent broadband from fixed or FWA"]
    assert (no_decent <= oa_coverage[NUMBER + "unable to receive 10Mbit/s"]).all()


def test_percentages_are_the_counts_over_all_premises(oa_coverage):
    numbers = oa_coverage.iloc[:, 19:]
    expected = (100 * numbers.div(oa_coverage["All Premises"], axis=0)).round(1)
    np.testing.assert_array_equal(oa_coverage.iloc[:, 2:19].to_numpy(), expected.to_numpy())


def test_columns_of_counts_and_percentages_are_in_the_same_order(oa_coverage):
    bare = [name.replace(" (% premises)", "").replace("% of premises ", "") for name in oa_coverage.columns[2:19]]
    numbers = [name.removeprefix(NUMBER).removeprefix("with ") for name in oa_coverage.columns[19:]]
    assert [name.removeprefix("with ") for name in bare] == numbers


def test_a_fully_served_area_has_only_fully_served_postcodes(oa_coverage, pc_coverage, directory):
    served = oa_coverage.index[oa_coverage[GIGABIT] == 100]
    theirs = directory[directory["oa21cd"].isin(served)]["pcds"]
    assert len(served) > 50
    assert (pc_coverage.loc[pc_coverage.index.intersection(theirs), GIGABIT] == 100).all()


def test_an_areas_share_lies_between_those_of_its_postcodes(oa_coverage, pc_coverage, directory, planted):
    complete = directory[directory["doterm"].isna() & ~directory["pcds"].isin(planted["postcodes_not_reported"])]
    partial = directory[directory["pcds"].isin(planted["postcodes_not_reported"])]["oa21cd"]
    share = complete.set_index("pcds")["oa21cd"].to_frame().join(pc_coverage[GIGABIT])
    span = share.groupby("oa21cd")[GIGABIT].agg(["min", "max"]).drop(index=partial.unique(), errors="ignore")
    area = oa_coverage.loc[span.index, GIGABIT]
    assert ((area >= span["min"] - 0.1) & (area <= span["max"] + 0.1)).all()


# --- places --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOUNDARIES)
def test_boundaries_are_valid_and_leave_no_gap_or_overlap(boundaries, name):
    code, count, pattern = BOUNDARIES[name]
    frame = boundaries[name]
    assert len(frame) == frame[code].nunique() == count
    assert frame[code].str.fullmatch(pattern).all()
    assert frame.is_valid.all()
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    whole = shapely.union_all(frame.geometry.to_numpy())
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0


@pytest.mark.parametrize(
    ("inner", "outer"), [("OA_2021_EW_BGC", "LSOA_2021_EW_BGC"), ("LSOA_2021_EW_BGC", "WD_MAY_2025_UK_BGC")]
)
def test_areas_nest_exactly(boundaries, lookup, inner, outer):
    inner_code, outer_code = BOUNDARIES[inner][0], BOUNDARIES[outer][0]
    parent = lookup.drop_duplicates(inner_code).set_index(inner_code)[outer_code]
    merged = boundaries[inner].assign(parent=lambda frame: frame[inner_code].map(parent)).dissolve("parent")
    outlines = boundaries[outer].set_index(outer_code).loc[merged.index]
    assert merged.normalize().geom_equals(outlines.normalize()).all()


def test_every_area_is_one_piece(boundaries):
    assert all((frame.geom_type == "Polygon").all() for frame in boundaries.values())


def test_the_lookup_gives_an_area_one_parent_and_one_name(lookup):
    assert lookup["OA21CD"].is_unique
    for code, name, count in (("LSOA21CD", "LSOA21NM", 100), ("WD25CD", "WD25NM", 20), ("LAD25CD", "LAD25NM", 1)):
        assert len(lookup[[code, name]].drop_duplicates()) == lookup[code].nunique() == lookup[name].nunique() == count
    assert len(lookup[["LSOA21CD", "WD25CD"]].drop_duplicates()) == 100


def test_the_borough_lies_in_its_box_in_the_sea(directory):
    assert directory["east1m"].between(600_000, 618_000).all()
    assert directory["north1m"].between(380_000, 392_000).all()


def test_postcodes_lie_in_their_output_area(boundaries, directory):
    points = gpd.GeoDataFrame(
        directory[["pcds", "oa21cd"]], geometry=gpd.points_from_xy(directory["long"], directory["lat"]), crs=4326
    )
    joined = points.sjoin(boundaries["OA_2021_EW_BGC"], predicate="within")
    assert len(joined) == len(directory) == 3450
    assert (joined["oa21cd"] == joined["OA21CD"]).all()


def test_grid_and_degree_positions_agree_within_the_transformations_accuracy(directory):
    to_grid = Transformer.from_crs(4326, 27700, always_xy=True)
    easting, northing = to_grid.transform(directory["long"], directory["lat"])
    away_m = np.hypot(easting - directory["east1m"], northing - directory["north1m"])
    assert away_m.max() < 3.5


def test_postcodes_follow_the_royal_mails_pattern(directory):
    live = directory["doterm"].isna()
    assert (live.sum(), (~live).sum()) == (3300, 150)
    assert directory["pcds"].is_unique
    assert directory["pcds"].str.fullmatch(r"QX(?:[1-5]|10) [1-9][ABD-HJLNP-UW-Z]{2}").all()
    assert (directory["pcd7"].str.len() == 7).all()
    assert (directory["pcd8"].str.len() == 8).all()


def test_codes_of_postcodes_agree_with_the_lookup(directory, lookup):
    parents = lookup.set_index("OA21CD").loc[directory["oa21cd"], ["LSOA21CD", "WD25CD", "LAD25CD"]]
    np.testing.assert_array_equal(directory[["lsoa21cd", "wd25cd", "lad25cd"]].to_numpy(), parents.to_numpy())


def test_weighted_centroids_are_places_where_someone_lives(directory):
    live = directory[directory["doterm"].isna()]
    homes = set(zip(live["oa21cd"], live["east1m"], live["north1m"], strict=True))
    centroids = centroids_27700()
    assert len(centroids) == 500
    assert set(zip(centroids.index, centroids["x"], centroids["y"], strict=True)) <= homes


# --- people --------------------------------------------------------------------------------------------------


def test_residents_live_in_every_area_and_in_plausible_households():
    residents = pd.read_csv(SAMPLE / "census2021-ts001-oa.csv", index_col="geography code").iloc[:, 2:]
    households = pd.read_csv(SAMPLE / "census2021-ts041-oa.csv", index_col="geography code")["Number of households"]
    assert len(residents) == len(households) == 500
    assert (residents.iloc[:, 0] == residents.iloc[:, 1] + residents.iloc[:, 2]).all()
    assert (residents.iloc[:, 0] / households).between(1.4, 3.6).all()


def test_the_grid_holds_every_resident_where_the_postcodes_are(directory):
    residents = pd.read_csv(SAMPLE / "census2021-ts001-oa.csv")["Residence type: Total; measures: Value"].sum()
    with rasterio.open(SAMPLE / "population_100m_2026.tif") as raster:
        grid = raster.read(1, masked=True)
        columns = (directory["east1m"].to_numpy() - raster.bounds.left) // 100
        rows = (raster.bounds.top - directory["north1m"].to_numpy()) // 100
        assert (raster.crs.to_epsg(), raster.res, raster.dtypes[0]) == (27700, (100, 100), "float32")
    assert float(grid.sum(dtype="float64")) == pytest.approx(residents, abs=0.5)
    near = np.zeros(grid.shape, dtype=bool)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            near[rows.astype(int) + down, columns.astype(int) + right] = True
    assert not (~near & ~grid.mask).any()


def test_ranks_and_deciles_of_deprivation_agree(lookup):
    (path,) = SAMPLE.glob("File_7_IoD2025*.csv")
    table = pd.read_csv(path)
    assert set(table["LSOA code (2021)"]) == set(lookup["LSOA21CD"])
    ranks = table[[name for name in table if " Rank " in name]]
    deciles = table[[name for name in table if " Decile " in name]]
    assert ranks.shape[1] == deciles.shape[1] == 10
    assert ranks.min().min() >= 1
    assert ranks.max().max() <= 33_755
    np.testing.assert_array_equal(deciles.to_numpy(), np.ceil(ranks.to_numpy() * 10 / 33_755))
    assert all(ranks[name].is_unique for name in ranks)


# --- venues, footfall, terrain -------------------------------------------------------------------------------


def test_the_register_has_two_title_lines_and_plain_cells():
    page = load_workbook(SAMPLE / "asset_register.xlsx").active
    rows = list(page.iter_rows(values_only=True))
    assert [sum(cell is not None for cell in row) for row in rows[:3]] == [1, 1, 10]
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)
    assert all(isinstance(row[0], str) and isinstance(row[5], str) for row in rows[3:])


def test_the_register_lists_the_promised_venues(register):
    counts = register["Type"].value_counts()
    assert len(register) == register["Asset ID"].nunique() == register["UPRN"].nunique() == 300
    assert counts[["Library", "School", "Health centre", "Street furniture"]].to_list() == [10, 55, 36, 90]
    assert register["Asset ID"].iloc[0] == "A0001"
    assert register["UPRN"].str.fullmatch(r"9999000\d{5}").all()
    assert register["Asset name"].is_unique


def test_venues_lie_in_the_borough_near_their_postcode(register, directory, boundaries):
    own = directory.set_index("pcds").loc[register["Postcode"], ["east1m", "north1m"]].to_numpy()
    away_m = np.hypot(*(register[["X", "Y"]].to_numpy() - own).T)
    assert away_m.max() < 150
    whole = boundaries["WD_MAY_2025_UK_BGC"].to_crs(27700).union_all()
    assert shapely.contains_xy(whole, register["X"], register["Y"]).all()


def test_existing_wifi_stands_at_registered_places(register):
    wifi = pd.read_csv(SAMPLE / "existing_public_wifi.csv")
    places = set(zip(register["X"], register["Y"], strict=True))
    assert len(wifi) == 20
    assert set(zip(wifi["Easting"], wifi["Northing"], strict=True)) <= places
    assert set(wifi["Access (Free/Paid)"]) == {"Free", "Paid"}


def test_footfall_covers_four_weeks_but_for_one_gap():
    counters = pd.read_csv(SAMPLE / "footfall_counters.csv")
    hourly = pd.read_csv(SAMPLE / "footfall_hourly.csv")
    hours = hourly.groupby("Counter ID").size()
    assert hours.index.tolist() == counters["Counter ID"].tolist()
    assert sorted(hours) == [28 * 24 - 9] + 5 * [28 * 24]
    weekday = pd.to_datetime(hourly["Date"]).dt.day_of_week
    noon = hourly[hourly["Hour"] == 13].groupby(weekday)["Count"].mean()
    assert noon[6] < noon[:5].mean() < noon[5]


def test_the_surface_has_streets_between_buildings_of_plausible_height(register):
    with rasterio.open(SAMPLE / "dsm_1m_town_centre.tif") as raster:
        height_m = raster.read(1)
        bounds = raster.bounds
        inside = register[
            (register["Type"] == "Street furniture")
            & register["X"].between(bounds.left + 1, bounds.right - 1)
            & register["Y"].between(bounds.bottom + 1, bounds.top - 1)
        ]
        at_columns_m = np.array([value[0] for value in raster.sample(inside[["X", "Y"]].to_numpy())])
    ground_m = 6 + 0.022 * (inside["Y"] - bounds.bottom) + 0.004 * (inside["X"] - bounds.left)
    in_open = np.abs(at_columns_m - ground_m) < 0.3
    assert height_m.shape == (400, 400)
    assert 20 < height_m.max() - height_m.min() < 30
    assert len(inside) > 20
    assert in_open.mean() > 0.8  # the others stand under a tree
    assert (at_columns_m - ground_m < 12).all()


# --- what was planted can be found again ---------------------------------------------------------------------


def test_borough_totals_reconcile(oa_coverage, planted):
    assert oa_coverage["All Premises"].sum() == planted["premises_reported"]
    assert {tier: lacking(oa_coverage, tier) for tier in TIERS} | {
        "decent_10": int(oa_coverage[NUMBER + "unable to receive 10Mbit/s"].sum())
    } == planted["gap"]


@pytest.mark.parametrize(("tier", "low", "high"), [("gigabit", 7, 9), ("ufbb_300", 6, 8), ("sfbb_30", 1, 2)])
def test_the_boroughs_gap_is_of_a_plausible_size(planted, tier, low, high):
    assert low < 100 * planted["gap"][tier] / planted["premises_reported"] < high


def test_ward_totals_reconcile(oa_coverage, lookup, planted):
    ward = lookup.set_index("OA21CD")["WD25CD"].reindex(oa_coverage.index)
    found = {
        code: (int(rows["All Premises"].sum()), lacking(rows, "ufbb_300")) for code, rows in oa_coverage.groupby(ward)
    }
    assert found == {entry["ward_code"]: (entry["premises"], entry["gap_ufbb_300"]) for entry in planted["wards"]}
    assert {entry["ward_name"] for entry in planted["wards"]} == set(lookup["WD25NM"])


def test_clusters_reconcile_and_hold_most_of_the_gap(oa_coverage, planted):
    for cluster in planted["clusters"]:
        rows = oa_coverage.loc[cluster["area_codes"]]
        assert (int(rows["All Premises"].sum()), lacking(rows, "ufbb_300")) == (
            cluster["premises"],
            cluster["gap_ufbb_300"],
        )
    assert sum(cluster["gap_ufbb_300"] for cluster in planted["clusters"]) > 0.6 * planted["gap"]["ufbb_300"]


def test_clusters_stand_out_and_are_one_piece_each(oa_coverage, boundaries, planted):
    share = 1 - oa_coverage[NUMBER + TIERS["ufbb_300"]] / oa_coverage["All Premises"]
    clustered = [code for cluster in planted["clusters"] for code in cluster["area_codes"]]
    assert share[clustered].min() > 0.5
    assert share.drop(clustered).max() < 0.5
    assert share.drop(clustered).median() < 0.02
    shapes = boundaries["OA_2021_EW_BGC"].set_index("OA21CD")
    for cluster in planted["clusters"]:
        assert shapes.loc[cluster["area_codes"]].union_all().geom_type == "Polygon", cluster["name"]


def test_what_is_not_reported_has_no_row(oa_coverage, pc_coverage, directory, lookup, planted):
    hidden = {entry["area_code"]: entry["premises"] for entry in planted["areas_not_reported"]}
    live = directory[directory["doterm"].isna()]
    assert set(lookup["OA21CD"]) - set(oa_coverage.index) == set(hidden)
    assert set(live["pcds"]) - set(pc_coverage.index) == set(planted["postcodes_not_reported"])
    assert set(pc_coverage.index) <= set(live["pcds"])
    assert set(live.loc[live["oa21cd"].isin(hidden), "pcds"]) <= set(planted["postcodes_not_reported"])
    assert planted["premises_reported"] + sum(hidden.values()) == planted["premises"]


# --- the plan ------------------------------------------------------------------------------------------------


def test_the_plan_names_every_data_file_and_no_other():
    plan = tomllib.loads((SAMPLE / "plan.toml").read_text(encoding="utf-8"))
    data = {path.name for path in SAMPLE.iterdir()} - {"plan.toml", "planted.json", "LICENCE.md"}
    assert {source["path"] for source in plan["source"]} == data
    assert plan["place"] == {"name": "Saltmarsh", "lad": "E06990001", "areas": "lsoa", "illustrative": True}
