"""docs/sources.md is the catalogue, and nothing else."""

import dataclasses
import itertools

from connected_place.gis_data.catalogue import SAMPLE, catalogue
from connected_place.gis_data.readers.intake import READERS
from connected_place.scripts.commands.check import check
from connected_place.scripts.commands.init import downloads, plan_toml
from connected_place.scripts.docs.sources_page import SOURCES_PAGE, sources_page

ALL = tuple(catalogue().values())


def test_the_page_is_as_the_catalogue_says():
    """Behind? Run: python -m connected_place.scripts.docs.sources_page."""
    assert SOURCES_PAGE.read_text(encoding="utf-8") == sources_page()


def test_every_kind_has_a_reader_a_licence_and_an_attribution():
    for item in catalogue().values():
        assert item.reader in READERS, item.id
        assert all([item.title, item.publisher, item.licence, item.attribution, item.get]), item.id
        assert item.needed in ("yes", "recommended", "optional"), item.id


def test_no_reader_is_without_a_kind():
    assert set(READERS) == {item.reader for item in catalogue().values()}


def test_the_list_of_downloads_and_a_new_plan_name_every_kind():
    listed, started = downloads("E06000034"), plan_toml("E06000034", "")
    assert all(f'kind = "{item.id}"' in listed and f'kind = "{item.id}"' in started for item in catalogue().values())


def test_what_the_plan_does_not_use_is_listed_and_nothing_else(capsys, monkeypatch):
    """The sample brings a surface model; here it is one of what is read and checked only."""
    entries = {item.id: dataclasses.replace(item, used=item.id != "surface-model") for item in ALL}
    monkeypatch.setattr("connected_place.scripts.commands.check.source", entries.__getitem__)
    assert check(SAMPLE, as_json=False) == 0
    said = capsys.readouterr().out.split("\n")
    unused = [above.split(":")[0] for above, line in itertools.pairwise(said) if "not used by this version" in line]
    assert unused == ["dsm_1m_town_centre.tif"]


def test_the_plan_makes_something_of_every_kind():
    assert [item.id for item in ALL if not item.used] == []
