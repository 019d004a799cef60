"""BDUK's premises in plans: one row a premises, grey and black one class, nothing guessed."""

import pytest

from connected_place.gis_data.errors import DataError
from connected_place.gis_data.readers.bduk import premises_by_postcode, read_premises_status

from ..publisher_files import codes, read

# The header of a release, read in a public transcript of the real file; all 28 columns.
HEADER = (
    "uprn,struprn,bduk_recognised_premises,country,postcode,lot_id,lot_name,subsidy_control_status,current_gigabit,"
    "future_gigabit,local_authority_district_ons_code,local_authority_district_ons,region_ons_code,region_ons,bduk_gis,"
    "bduk_gis_contract_scope,bduk_gis_final_coverage_date,bduk_gis_contract_name,bduk_gis_supplier,bduk_vouchers,"
    "bduk_vouchers_contract_name,bduk_vouchers_supplier,bduk_superfast,bduk_superfast_contract_name,"
    "bduk_superfast_supplier,bduk_hubs,bduk_hubs_contract_name,bduk_hubs_supplier"
)


def premises(
    uprn: str, status: str, *, postcode: str = "RM17 6EE", recognised: str = "true", now: str = "false"
) -> str:
    place = "E06000034,Thurrock,E12000006,East of England"
    contracts = "false,,,,,false,,,false,,,false,,"
    return f"{uprn},str{uprn},{recognised},England,{postcode},26,Lot 26,{status},{now},false,{place},{contracts}"


def written(folder, *rows: str):
    text = "\n".join([HEADER, *rows, ""])
    return read(read_premises_status, "premises-status", folder / "202505_england_omr_premises.csv", text)


@pytest.mark.parametrize(
    ("published", "ours"),
    [
        ("Gigabit White", "white"),
        ("Gigabit Under Review", "under review"),
        ("Gigabit Grey/Black", "grey/black"),
        ("Gigabit Grey", "grey/black"),  # never two classes
        ("Gigabit Black", "grey/black"),
        ("GIGABIT WHITE", "white"),
    ],
)
def test_a_premises_has_one_of_three_statuses(tmp_path, published, ours):
    layer = written(tmp_path, premises("100091537072", published, now="true"))
    found = layer.frame.loc["100091537072"]
    assert (found["status"], found["current_gigabit"], found["future_gigabit"]) == (ours, 1.0, 0.0)
    assert (found["postcode"], found["authority"], layer.level) == ("RM176EE", "E06000034", "premises")
    assert layer.provenance.vintage == "2025-05"


@pytest.mark.parametrize("status", ["Gigabit Blue", "", "White"])
def test_an_unknown_status_is_refused_with_its_rows(tmp_path, status):
    rows = [premises("1", "Gigabit White"), premises("2", status), premises("3", status)]
    with pytest.raises(DataError, match="Only white premises may be subsidised") as refusal:
        written(tmp_path, *rows)
    assert (codes(refusal), refusal.value.faults[0].rows) == (["STATUS_UNKNOWN"], (3, 4))


def test_what_bduk_does_not_recognise_as_premises_is_set_aside_before_its_status_is_read(tmp_path):
    layer = written(tmp_path, premises("1", "Gigabit White"), premises("2", "", recognised="false"))
    assert layer.frame.index.tolist() == ["1"]
    assert layer.provenance.set_aside == {"not recognised as premises by BDUK": 1}


def test_premises_are_counted_by_postcode(tmp_path):
    layer = written(
        tmp_path,
        premises("1", "Gigabit White"),
        premises("2", "Gigabit Grey/Black", postcode="RM176EE"),
        premises("3", "Gigabit White", postcode="RM17 6EF"),
        premises("4", "Gigabit White", postcode=""),
    )
    assert premises_by_postcode(layer).to_dict() == {"RM176EE": 2, "RM176EF": 1}


def test_one_premises_with_two_statuses_is_refused(tmp_path):
    """Leading zeros do not make another premises."""
    with pytest.raises(DataError, match="unclear which row to use") as refusal:
        written(tmp_path, premises("007", "Gigabit White"), premises("7", "Gigabit Grey/Black"))
    assert codes(refusal) == ["KEY_DUPLICATE"]


def test_a_file_without_the_status_is_refused(tmp_path):
    with pytest.raises(DataError, match="subsidy_control_status") as refusal:
        read(
            read_premises_status,
            "premises-status",
            tmp_path / "p.csv",
            "uprn,postcode,current_gigabit\n1,RM17 6EE,true\n",
        )
    assert codes(refusal) == ["COLUMN_MISSING"]


def test_contracts_vouchers_and_reasons_are_read_where_the_release_has_them(tmp_path):
    place = "E06000034,Thurrock,E12000006,East of England"
    head = f"{HEADER},descoped_reason_code"
    contracted = f"1,str1,true,England,RM17 6EE,26,Lot 26,Gigabit Under Review,false,false,{place},"
    contracted += "true,Initial,2029-09-30,Lot 26,Network Ltd,true,V1,Network Ltd,false,,,false,,,R2"
    text = f"{head}\n{contracted}\n{premises('2', 'Gigabit White')},\n"
    frame = read(read_premises_status, "premises-status", tmp_path / "202605_premises.csv", text).frame
    names = ["in_contract", "contract", "supplier", "contract_scope", "contract_date", "has_voucher", "descoped_reason"]
    assert frame.loc["1", names].tolist() == [1.0, "Lot 26", "Network Ltd", "Initial", "2029-09-30", 1.0, "R2"]
    assert frame.loc["2", names].tolist() == [0.0, "", "", "", "", 0.0, ""]


def test_what_an_older_release_says_nothing_of_is_not_known(tmp_path):
    text = "uprn,postcode,subsidy_control_status,current_gigabit\n1,RM17 6EE,Gigabit White,false\n"
    found = read(read_premises_status, "premises-status", tmp_path / "p.csv", text).frame.loc["1"]
    assert found[["in_contract", "has_voucher"]].isna().all() and found["contract"] == ""
