"""Release age: a headline based on old figures says so."""

import dataclasses

import pytest

from connected_place.coverage.release_age import AS_OF, OLD_AFTER_MONTHS, months_between, old_releases

from ..small_places import coverage, layers


def month(before):
    """The month so many months before that of this version."""
    year, number = divmod(12 * int(AS_OF[:4]) + int(AS_OF[5:]) - 1 - before, 12)
    return f"{year}-{number + 1:02d}"


def coverage_of(vintage, *, role=""):
    layer = coverage({"E00000001": (10, 0.5)})
    return dataclasses.replace(layer, provenance=dataclasses.replace(layer.provenance, vintage=vintage, role=role))


@pytest.mark.parametrize(
    ("vintage", "is_old"),
    [
        (month(OLD_AFTER_MONTHS), False),
        (month(OLD_AFTER_MONTHS + 1), True),
        (f"{month(OLD_AFTER_MONTHS + 1)}, all premises, revision 2", True),
        (month(0), False),
        (month(-3), False),
        ("not stated", False),
    ],
)
def test_a_release_older_than_eighteen_months_is_a_warning(vintage, is_old):
    found = old_releases(layers(coverage_of(vintage)))
    assert [(fault.code, fault.blocks) for fault in found] == [("RELEASE_OLD", False)] * is_old


def test_the_warning_names_the_file_its_month_and_its_age():
    (found,) = old_releases(layers(coverage_of("2016-06")))
    assert "2016-06" in found.message
    assert str(months_between("2016-06", AS_OF)) in found.message
    assert found.file
