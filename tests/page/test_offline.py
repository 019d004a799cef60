"""Every page of real plans with the network cut: nothing is asked for, nothing goes wrong."""

from __future__ import annotations

from ..browsing import Tab, covering
from ..small_places import needs_real_data
from .looks import used


def test_no_page_of_the_invented_borough_asks_for_anything_or_complains(written, looks):
    """The page of the place and that of each ward, with every control used once."""
    found = looks("sample", "wide")["used"]
    assert found.keys() == written("sample").keys()
    assert len(found) == 21
    for path, (drawn, asked, said) in found.items():
        assert drawn > 0, path
        assert (path, asked, said) == (path, [], [])


@needs_real_data
def test_no_page_of_thurrock_asks_for_anything_or_complains(written, offline):
    """The same on real outlines and names, on the longest pages and those that have every kind of structure."""
    tab = Tab(offline)
    files = written("thurrock")
    assert len(files) == 21
    for path in covering(files):
        drawn, asked, said = used(tab.open(files[path]), files[path])
        assert drawn > 0, path
        assert (path, asked, said) == (path, [], [])


def test_every_link_inside_the_folder_leads_to_a_page(written, looks):
    """From the page of the place to each ward and back."""
    files = written("sample")
    known = {file.as_uri() for file in files.values()}
    for path, found in looks("sample", "wide")["links"].items():
        inside = [(link, places) for link, places in found if link.startswith("file:")]
        assert {link.split("#")[0] for link, _ in inside} <= known, path
        for link, places in inside:
            if link.startswith(f"{files[path].as_uri()}#"):
                is_place = "#what-if=" not in link  # a link that keeps the sliders
                assert places == int(is_place), (path, link)
        assert files["index.html"].as_uri() in {link.split("#")[0] for link, _ in inside} | {files[path].as_uri()}


def test_a_page_that_asks_is_caught(tmp_path, offline):
    """A picture from a server and an error of a script: both are seen, so the test above can fail."""
    file = tmp_path / "asking.html"
    file.write_text('<img src="https://example.org/a.png"><script>throw new Error("wrong")</script>', encoding="utf-8")
    tab = Tab(offline).open(file)
    assert "https://example.org/a.png" in tab.requests
    assert any("wrong" in text for text in tab.said)
