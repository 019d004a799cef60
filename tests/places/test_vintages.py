"""Vintages: codes of two years are joined by a stated lookup or not at all."""

import dataclasses
import json

import pandas as pd
import pytest

from connected_place.coverage.gaps.units import count_units
from connected_place.coverage.need.levels import area_facts_of
from connected_place.coverage.places.geography import geography_of
from connected_place.coverage.places.vintages import on_year
from connected_place.gis_data.errors import DataError, VintageError
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers.intake import read_layers

from ..small_places import NAN, REAL_DATA, coverage, layer, layers, needs_real_data, outlines, people, square

OAS_2011 = {f"E0000000{i}": square(i, 0) for i in range(3)}
LSOAS_2021 = {"E01000001": square(0, 0), "E01000002": square(1, 0)}
WARDS = {"E05000001": square(0, 0, side_m=3_000)}


def of_year(found, year):
    """A layer with the year of its codes."""
    return dataclasses.replace(found, year=year)


def bridge(*pairs, level="lsoa", year="2021"):
    """A lookup of areas before to areas after."""
    frame = pd.DataFrame(pairs, columns=["before", "after"])
    return dataclasses.replace(layer("ons-lookup", frame, level=level, measure="bridge"), year=year)


def lookup(rows, *, level="output_area", wider="lsoa", year="", vintage="output areas 2011, LSOAs 2021"):
    """An official lookup of finer to wider areas."""
    frame = pd.DataFrame({wider: pd.Series(rows)})
    return dataclasses.replace(layer("ons-lookup", frame, level=level, file="lookup.csv", vintage=vintage), year=year)


def refusal(error):
    (fault,) = error.value.faults
    return fault


# --- outlines ----------------------------------------------------------------------------------------------------


def mixed_outlines(*more):
    return layers(
        of_year(outlines("output_area", OAS_2011, vintage="output areas 2011"), "2011"),
        of_year(outlines("lsoa", LSOAS_2021, vintage="LSOAs 2021"), "2021"),
        of_year(outlines("ward", WARDS, vintage="wards 2025"), "2025"),
        *more,
    )


def test_output_areas_and_lsoas_of_two_censuses_need_a_lookup():
    with pytest.raises(VintageError) as error:
        geography_of(mixed_outlines())
    fault = refusal(error)
    assert fault.code == "VINTAGE_MIXED"
    assert "output areas 2011" in fault.message
    assert "LSOAs 2021" in fault.message
    assert "ons-lookup" in fault.remedy


def test_a_stated_lookup_joins_two_censuses():
    found = geography_of(
        mixed_outlines(lookup({"E00000000": "E01000001", "E00000001": "E01000002", "E00000002": "E01000002"}))
    )
    assert found.parents["lsoa"].tolist() == ["E01000001", "E01000002", "E01000002"]


def test_wards_of_any_year_take_output_areas_of_any_census():
    """Wards are best-fitted from output areas, so their year is their own."""
    mixed = mixed_outlines()
    found = geography_of(layers(*(item for item in mixed if item.level != "lsoa")))
    assert found.parents["ward"].tolist() == ["E05000001"] * 3


@pytest.mark.parametrize(("leads_to", "refused"), [("E05000001", False), ("E05000999", True)])
def test_a_lookup_to_wards_of_another_year_is_refused_where_the_wards_changed(leads_to, refused):
    wards = lookup(
        {"E00000000": "E05000001", "E00000001": "E05000001", "E00000002": leads_to},
        wider="ward",
        vintage="output areas 2011, wards 2022",
    )
    place = layers(
        of_year(outlines("output_area", OAS_2011), "2011"),
        of_year(outlines("ward", WARDS, vintage="wards 2025"), "2025"),
        wards,
    )
    if not refused:
        assert geography_of(place).parents["ward"].tolist() == ["E05000001"] * 3
        return
    with pytest.raises(VintageError, match="wards 2022") as error:
        geography_of(place)
    assert "wards 2025" in refusal(error).message
    assert leads_to in refusal(error).message


def test_a_coverage_file_on_output_areas_of_another_census_is_refused_however_many_codes_match():
    """Nine tenths of the codes of 2011 are used in 2021 too; a match proves nothing."""
    units = of_year(coverage(dict.fromkeys(OAS_2011, (10, 1))), "2021")
    place = layers(
        of_year(outlines("output_area", OAS_2011, vintage="output areas 2011"), "2011"), outlines("ward", WARDS), units
    )
    with pytest.raises(VintageError) as error:
        count_units(place, geography_of(place), weights="")
    assert refusal(error).code == "VINTAGE_MIXED"


# --- tables --------------------------------------------------------------------------------------------------------

AREAS_2021 = of_year(outlines("lsoa", LSOAS_2021, vintage="LSOAs 2021"), "2021")


@pytest.mark.parametrize(
    ("pairs", "is_rate", "expected"),
    [
        # one area split in two: a rate applies to both parts, a count goes to them in equal shares
        ([("E01000009", "E01000001"), ("E01000009", "E01000002")], True, [0.4, 0.4]),
        ([("E01000009", "E01000001"), ("E01000009", "E01000002")], False, [0.2, 0.2]),
        # two areas merged into the first; the second is new and not known
        ([("E01000008", "E01000001"), ("E01000009", "E01000001")], True, [0.3, NAN]),
        ([("E01000008", "E01000001"), ("E01000009", "E01000001")], False, [0.6, NAN]),
        # unchanged
        ([("E01000008", "E01000001"), ("E01000009", "E01000002")], True, [0.2, 0.4]),
    ],
)
def test_a_table_of_2011_is_carried_to_2021_by_the_lookup(pairs, is_rate, expected):
    table = of_year(people("deprivation", {"E01000008": 0.2, "E01000009": 0.4}, level="lsoa"), "2011")
    found = on_year(layers(bridge(*pairs)), table, "deprivation", areas=AREAS_2021, is_rate=is_rate)
    pd.testing.assert_series_equal(found, pd.Series(expected, index=AREAS_2021.frame.index), check_names=False)


def test_a_table_of_2021_is_carried_back_to_2011_by_the_same_lookup():
    areas = of_year(outlines("lsoa", {"E01000009": square(0, 0)}), "2011")
    table = of_year(people("deprivation", {"E01000001": 0.2, "E01000002": 0.4}, level="lsoa"), "2021")
    pairs = bridge(("E01000009", "E01000001"), ("E01000009", "E01000002"))
    assert on_year(layers(pairs), table, "deprivation", areas=areas, is_rate=True).tolist() == [pytest.approx(0.3)]


def test_a_count_carried_to_another_year_keeps_its_total():
    table = of_year(people("households", {"E01000008": 100, "E01000009": 50}, level="lsoa"), "2011")
    pairs = bridge(("E01000008", "E01000001"), ("E01000009", "E01000001"), ("E01000009", "E01000002"))
    found = on_year(layers(pairs), table, "households", areas=AREAS_2021, is_rate=False)
    assert found.sum() == 150


def test_a_table_of_2011_beside_areas_of_2021_is_refused_without_a_lookup():
    place = layers(
        AREAS_2021,
        outlines("ward", WARDS),
        of_year(
            people("deprivation", dict.fromkeys(LSOAS_2021, 0.2), level="lsoa", vintage="IMD 2019 on LSOAs 2011"),
            "2011",
        ),
    )
    with pytest.raises(VintageError, match="IMD 2019 on LSOAs 2011") as error:
        area_facts_of(place, geography_of(place))
    fault = refusal(error)
    assert "LSOAs 2021" in fault.message
    assert "LSOAs 2011 to LSOAs 2021" in fault.remedy


def test_two_editions_of_one_index_are_refused():
    table = people("deprivation", {"E01000001": 0.1}, level="lsoa")
    with pytest.raises(DataError) as error:
        layers(table, table).only("deprivation")
    assert refusal(error).code == "LAYER_TWICE"


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["E01000001", "E01000002"], False),  # all of ours
        (["E01000001", "E01000002", "E01000777"], False),  # and one of a neighbour
        (["E01000001"], False),  # some are missing, which is reported as not known
        (["E01000001", "E01000777"], True),  # lacks one and has another: of another year, as likely as not
    ],
)
def test_a_table_that_names_no_year_must_not_both_lack_areas_and_have_others(rows, refused):
    table = people("population", dict.fromkeys(rows, 5.0), level="lsoa")
    if refused:
        with pytest.raises(VintageError, match="does not say which year"):
            on_year(layers(), table, "population", areas=AREAS_2021, is_rate=False)
    else:
        assert on_year(layers(), table, "population", areas=AREAS_2021, is_rate=False).notna().any()


@pytest.mark.parametrize(
    ("vintage", "year", "others", "code"),
    [
        ("wards 2025", "2025", [], "OUTLINE_MISSING"),  # of one stated year: an outline is missing
        ("wards 2025", "2025", ["E05000777"], "OUTLINE_MISSING"),
        ("wards", "", [], "OUTLINE_MISSING"),  # every outline is in the lookup, and one more ward
        ("wards", "", ["E05000777"], "VINTAGE_MIXED"),  # each has a ward that the other lacks
        ("wards 2022", "2025", [], "VINTAGE_MIXED"),
    ],
)
def test_a_ward_that_the_lookup_knows_and_no_outline_is_missing_or_of_another_year(vintage, year, others, code):
    rows = {"E00000000": "E05000001", "E00000001": "E05000001", "E00000002": "E05000999"}
    wards = WARDS | {other: square(8, 8) for other in others}
    place = layers(
        outlines("output_area", OAS_2011),
        of_year(outlines("ward", wards, vintage=f"wards {year or 'of a year not stated'}"), year),
        lookup(rows, wider="ward", vintage=f"output areas 2011, {vintage}"),
    )
    with pytest.raises(DataError) as error:
        geography_of(place)
    assert refusal(error).code == code
    assert "E05000999" in f"{refusal(error)}"


def test_an_area_that_the_lookup_lacks_is_placed_by_where_it_lies_and_said():
    """Three areas side by side in one ward, the lookup without the last; a fourth area lies elsewhere."""
    areas = outlines("output_area", OAS_2011 | {"E00000009": square(9, 9)})
    listed = lookup({"E00000000": "E05000001", "E00000001": "E05000001"}, wider="ward")
    found = geography_of(layers(areas, outlines("ward", WARDS), listed))
    assert found.parents["ward"].to_dict() == dict.fromkeys(OAS_2011, "E05000001")
    (warning,) = [each for each in found.warnings if each.code == "LOOKUP_LACKS"]
    assert (warning.file, warning.value, warning.blocks) == ("lookup.csv", "E00000002", False)
    assert "lacks 1 of the place's areas (output areas)" in warning.message


def test_an_area_that_the_lookup_to_another_census_lacks_is_refused_not_guessed():
    """Two censuses: where an output area of 2011 lies says nothing of the LSOAs of 2021."""
    listed = lookup({"E00000000": "E01000001", "E00000002": "E01000002"})
    with pytest.raises(VintageError, match="VINTAGE_MIXED"):
        geography_of(mixed_outlines(listed))


LSOAS_2011 = {"E01000001": square(0, 0), "E01000003": square(1, 0)}
"""E01000003 was split in 2021: into E01034371 and another."""


@pytest.mark.parametrize("more", [{}, {f"E0102{number:04d}": 1.0 for number in range(50)}])
def test_a_table_of_no_stated_year_whose_codes_are_of_another_census_is_refused(more):
    """The table of a council, or of a whole region: never joined with an area lost."""
    table = people("population", {"E01000001": 10.0, "E01034371": 20.0} | more, level="lsoa")
    areas = of_year(outlines("lsoa", LSOAS_2011), "2011")
    with pytest.raises(VintageError, match=r"Its codes are from 2021.*LSOAs 2011 to LSOAs 2021.*MIXED"):
        on_year(layers(), table, "population", areas=areas, is_rate=False)


NATION = {f"E0100{number:04d}": 1.0 for number in range(3_000, 4_100)}
"""More than a thousand LSOAs that are elsewhere."""


@pytest.mark.parametrize("new", [{"E01034371": 20.0}, {"E01034371": 20.0, "E01000003": 5.0}])
def test_a_nations_table_beside_outlines_of_no_stated_year_must_have_all_of_them(new):
    """The table is of 2021 by its codes; outlines of 2011 lose E01000003, and most others match by chance."""
    table = people("population", {"E01000001": 10.0} | NATION | new, level="lsoa")
    areas = outlines("lsoa", LSOAS_2011, vintage="LSOAs of a year not stated")
    if "E01000003" in new:
        assert on_year(layers(), table, "population", areas=areas, is_rate=False).tolist() == [10.0, 5.0]
        return
    with pytest.raises(VintageError, match=r"lacks 1 of the plan's LSOAs, E01000003.*release = \"2021\".*MIXED"):
        on_year(layers(), table, "population", areas=areas, is_rate=False)
    assert on_year(layers(), table, "population", areas=of_year(areas, "2021"), is_rate=False).isna().sum() == 1


def at_level_of(tmp_path, *, year, stated, table_year, table_stated, national):
    """Files of Thurrock: LSOA outlines of one census and people on LSOAs of another, with or without their year."""
    name, key = {"2011": ("lsoa_by_lad", "LSOA11CD"), "2021": ("lsoa21", "lsoa21_code")}[year]
    shapes = json.loads((REAL_DATA / f"thurrock/boundaries/{name}_E06000034.geojson").read_text())
    for feature in shapes["features"]:
        feature["properties"] = {key if stated else "lsoa_code": feature["properties"][key], "name": "Name"}
    (tmp_path / "areas.geojson").write_text(json.dumps(shapes))
    table = {"2011": ("imd2019_lsoa11.csv", "lsoa11_code"), "2021": ("lsoa21_population.csv", "lsoacd")}[table_year]
    codes = pd.read_csv(REAL_DATA / "thurrock/people" / table[0])[table[1]].tolist()
    if national:
        codes += [f"E0100{number:04d}" for number in range(1, 2_500)]
        codes += [f"E0103{number:04d}" for number in range(4_500, 5_200)] if table_year == "2021" else []
    header = f"LSOA{table_year[2:]}CD" if table_stated else "lsoacd"
    pd.DataFrame({header: codes, "population": 5}).to_csv(tmp_path / "people.csv", index=False)
    wards = REAL_DATA / "thurrock/boundaries/wards_by_lad_E06000034.geojson"
    kinds = {"areas.geojson": "ons-boundaries", str(wards): "ons-boundaries", "people.csv": "population"}
    found, faults = read_layers((SourceFile(kind=kind, path=path) for path, kind in kinds.items()), folder=tmp_path)
    assert faults == ()
    return found


@needs_real_data
@pytest.mark.parametrize("national", [False, True])
@pytest.mark.parametrize("table_stated", [False, True])
@pytest.mark.parametrize("stated", [False, True])
@pytest.mark.parametrize(("year", "table_year"), [("2011", "2021"), ("2021", "2011")])
def test_people_on_the_lsoas_of_one_census_never_join_outlines_of_another(
    tmp_path, year, table_year, stated, table_stated, national
):
    """Of Thurrock's 98 LSOAs of 2011 two were split: 96 of the codes match by chance, and all of it must be refused."""
    files = at_level_of(
        tmp_path, year=year, stated=stated, table_year=table_year, table_stated=table_stated, national=national
    )
    with pytest.raises(VintageError, match=r"people.csv: .*\[VINTAGE_MIXED\]"):
        area_facts_of(files, geography_of(files))
