"""The command `lines`: a table that a person reads, and JSON with every option."""

import json

from connected_place.gis_data.catalogue import SAMPLE
from connected_place.scripts.cli import main

from ..small_places import STREET, write_street


def test_the_table_has_areas_options_and_reasons(capsys):
    assert main(["lines", str(SAMPLE)]) == 0
    printed = capsys.readouterr()
    text = " ".join(printed.out.split())
    assert "Illustrative: invented data" in text
    assert "5,013 homes and businesses cannot get 300 Mbit/s (Ofcom, January 2026)" in text
    assert "proven best for the money" in text
    assert "C3-white: Paid for: vouchers for £5,000." in text
    assert "What other budgets for lines would gain" in text and "(this plan)" in text
    assert "Choosing sites" not in printed.err


def test_json_has_every_option_of_every_area_and_nulls_for_what_is_not_known(capsys):
    assert main(["lines", str(SAMPLE), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["place"], content["headline"], content["illustrative"]) == ("Saltmarsh", "ufbb_300", True)
    assert round(sum(area["premises"] for area in content["areas"])) == 5013
    options = [option["option"] for option in content["areas"][0]["options"]]
    assert options == ["wait", "right_to_request", "contract", "vouchers", "gap_funding", "hub", "radio",
                       "rebuilt_cabinets"]  # fmt: skip
    assert any(area["would_cost_gbp"] is None for area in content["areas"])
    assert content["choice"]["status"] == "optimal" and content["choice"]["areas"] == 5


def test_a_place_where_all_have_the_speed_has_nothing_to_choose(tmp_path, capsys):
    street = write_street(tmp_path, counts=dict.fromkeys(STREET, (50, 50)))
    assert main(["lines", str(street)]) == 0
    assert "No premises are reported to be without 300 Mbit/s" in capsys.readouterr().out
    assert main(["lines", str(street), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["areas"] == []
