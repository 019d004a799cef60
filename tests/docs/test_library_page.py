"""docs/library.md is what the library's docstrings say, and nothing else."""

import inspect

import pytest

import connected_place.api as cp
from connected_place.scripts.docs.library_page import LIBRARY_PAGE, library_page, public_parts


def test_the_page_is_as_the_docstrings_say():
    """Behind? Run: python -m connected_place.scripts.docs.library_page."""
    assert LIBRARY_PAGE.read_text(encoding="utf-8") == library_page()


@pytest.mark.parametrize("name", cp.__all__)
def test_every_public_name_has_a_section_with_its_first_sentence(name):
    section = library_page().split(f"\n## {name}\n")[1].split("\n## ")[0]
    assert inspect.getdoc(getattr(cp, name)).splitlines()[0] in section


@pytest.mark.parametrize("kind", [cp.OpenPlan, cp.MadePlan])
def test_every_part_of_a_class_has_a_section(kind):
    parts = public_parts(kind)
    assert {"to_folder"} < set(parts)
    assert all(f"\n### {kind.__name__}.{part}\n" in library_page() for part in parts)


def test_signatures_are_as_a_person_writes_them():
    page = library_page()
    assert "cp.siting(p: OpenPlan, *, budget_gbp: float | None = None) -> gpd.GeoDataFrame" in page
    assert "cp.need(p: OpenPlan, *, by: str = 'area', of: str = '') -> gpd.GeoDataFrame" in page
    assert ".with_(changes: Mapping[str, Any]) -> OpenPlan" in page
