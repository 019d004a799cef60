"""Site rules: how many, how many in each ward, and how far apart."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.parameters.place import Place
from connected_place.coverage.parameters.sites import Sites
from connected_place.coverage.siting.decision import site_choice
from connected_place.coverage.siting.objective import Counted
from connected_place.gis_data.errors import InfeasibleError

from ..small_places import METRES, at

WARDS = {"E05000001": "Northgate", "E05000002": "Southquay"}


def chosen_for(*, deciles=(9.0, 9, 2, 1), **rules):
    """Four candidates 100 m apart, each with demand of its own: 9, 8, 7, 1; the last alone is in Southquay.

    By their deprivation the points are of the tenths 9, 9, 2 and 1.
    """
    candidates = gpd.GeoDataFrame(
        {
            "kind": "library",
            "ward_code": ["E05000001", "E05000001", "E05000001", "E05000002"],
            "backhaul_class": "A",
            "backhaul_hop_m": np.nan,
        },
        index=pd.Index(list("ABCD"), name="site_id"),
        geometry=[at(0.1 * number, 0) for number in range(4)],
        crs=METRES,
    )
    counted = Counted(chances=scipy.sparse.csr_array(np.eye(4)), already=np.zeros(4), demand=np.array([9.0, 8, 7, 1]))
    stated = Sites(**({"budget_gbp": 3_000.0, "capex_gbp": {"other": 1_000.0}} | rules))
    demand = pd.DataFrame(
        {"area_code": "E", "premises": counted.demand, "demand": counted.demand, "group": "residents"}
    ).assign(decile=deciles)
    return site_choice(
        candidates,
        counted,
        demand,
        values=pd.DataFrame({"gap_headline": [1.0]}, index=["E"]),
        wards=WARDS,
        parameters=Parameters(place=Place(name="P", lad="E06000999"), sites=stated),
    )


def street(**rules):
    """The ids of the sites that are chosen."""
    return "".join(np.array(list("ABCD"))[chosen_for(**rules).choice.chosen])


@pytest.mark.parametrize(
    ("rules", "chosen"),
    [
        ({}, "ABC"),
        ({"at_most": 2}, "AB"),
        ({"ward_floor": 1}, "ABD"),
        ({"spacing_m": 100.0}, "ABC"),  # the edge is far enough
        ({"spacing_m": 101.0}, "AC"),
        ({"spacing_m": 101.0, "ward_floor": 1}, "AD"),
        ({"at_most": 2, "ward_floor": 1}, "AD"),
    ],
)
def test_a_choice_keeps_the_rules_of_the_plan(rules, chosen):
    assert street(**rules) == chosen


def test_a_floor_that_a_ward_cannot_keep_is_refused_with_its_name_and_the_smallest_change():
    with pytest.raises(InfeasibleError) as caught:
        street(ward_floor=2)
    told = " ".join(map(str, caught.value.faults))
    assert "at least 2 sites in Southquay" in told
    assert "sites.ward_floor" in told


def test_rules_that_clash_with_the_budget_are_named_with_it():
    with pytest.raises(InfeasibleError) as caught:
        street(ward_floor=1, at_most=1)
    assert {fault.column for fault in caught.value.faults} >= {"sites.at_most", "sites.ward_floor"}
