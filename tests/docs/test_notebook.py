"""The notebook of the sample borough runs, and shows what its words say; its outputs are not stored."""

import json

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from ..small_places import ROOT

NOTEBOOK = ROOT / "docs" / "sample-borough.ipynb"
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The names that the cells leave, and where they ran: all cells in one namespace, as a notebook does."""
    folder = tmp_path_factory.mktemp("notebook")
    names = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch, mpl.rc_context():
        mpl.use("Agg")
        patch.chdir(folder)
        for number, cell in enumerate(CELLS, start=1):
            if cell["cell_type"] == "code":
                exec(compile(source(cell), f"cell {number}", "exec"), names)
    yield names, folder
    plt.close(names["figure"])


def test_no_output_is_stored_and_every_cell_has_an_id_of_its_own():
    code = [cell for cell in CELLS if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)


def test_gaps_and_need_are_of_the_borough(ran):
    names, _ = ran
    assert names["total"]["ufbb_300_gap"] == names["wards"]["ufbb_300_gap"].sum() == 5_013
    assert names["worst_wards"].iloc[0]["ufbb_300_gap_share"] == names["wards"]["ufbb_300_gap_share"].max()
    assert (names["first"]["rank"], len(names["areas"])) == (1, 100)
    assert names["moved"].abs().max() > 0


@pytest.mark.parametrize("frame", ["wards", "areas", "sites"])
def test_every_column_of_numbers_has_a_unit_or_is_a_plain_number(ran, frame):
    """Ranks, classes and numbers of things have none."""
    ranks = {f"{need}{rank}" for need in ("", "fixed_", "wifi_") for rank in ("rank", "rank_low", "rank_high")}
    plain = {*ranks, "phase", "radios", "access_points"}
    found = ran[0][frame]
    assert {name for name in found.select_dtypes("number") if name not in plain} <= set(found.attrs["units"])


def test_the_higher_budget_covers_more(ran):
    names, _ = ran
    assert names["gained"] > 0
    assert names["then"] - names["now"]
    assert len(names["chosen"]) == len(names["now"]) == 16


def test_the_map_shows_areas_wards_and_sites(ran):
    names, _ = ran
    areas, wards, sites = names["axes"].collections
    assert len(areas.get_array()) == 100
    assert len(wards.get_paths()) >= len(names["wards"])
    assert len(sites.get_offsets()) == 16
    assert names["figure"].axes[-1].get_ylabel() == "Need score (0 to 100)"


def test_the_folder_is_written_beside_the_notebook(ran):
    names, folder = ran
    assert {"index.html", "areas.csv", "plan.gpkg", "manifest.json"} <= {
        path.name for path in (folder / "saltmarsh").iterdir()
    }
    assert names["made"].sites.index.equals(names["sites"].sort_index().index)
