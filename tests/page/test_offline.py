"""Every page of real plans with the network cut: nothing is asked for, nothing goes wrong."""

from __future__ import annotations

import pytest

from ..browsing import Tab
from ..small_places import needs_real_data

# What a page can be asked to do; each must stay silent too.
EVERY_CONTROL = """
    () => {
        const press = (element, key) => element.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
        document.querySelectorAll('details').forEach((one) => { one.open = true; });
        document.querySelectorAll('input[type=radio], input[type=checkbox]').forEach((one) => one.click());
        document.querySelectorAll('main button').forEach((one) => {
            if (one.textContent !== 'Open its page') one.click();  // which leaves the page
        });
        document.querySelectorAll('select').forEach((one) => {
            one.selectedIndex = one.options.length - 1;
            if (!one.dataset.leads) one.dispatchEvent(new Event('change', {bubbles: true}));
        });
        document.querySelectorAll('input[type=range], input[type=number]').forEach((one) => {
            one.value = one.max || 1;
            one.dispatchEvent(new Event('input', {bubbles: true}));
            one.dispatchEvent(new Event('change', {bubbles: true}));
        });
        document.querySelectorAll("[role=button][tabindex='0']").forEach((one) => {
            one.focus();
            for (const key of ['End', 'ArrowLeft', 'Home', 'ArrowDown', 'Enter', ' ']) press(one, key);
        });
    }
"""


@pytest.mark.parametrize("world", ["sample", pytest.param("thurrock", marks=needs_real_data)])
def test_no_page_of_a_borough_asks_for_anything_or_complains(world, written, offline):
    """The page of the place and that of each ward, with every control used once."""
    tab = Tab(offline)
    files = written(world)
    assert len(files) == 21
    for path, file in files.items():
        tab.open(file)
        assert tab.page.locator("path.area").count() > 0, path
        tab.page.evaluate(EVERY_CONTROL)
        tab.page.wait_for_timeout(50)
        assert (path, tab.requests, tab.said) == (path, [file.as_uri()], [])


def test_every_link_inside_the_folder_leads_to_a_page(written, offline):
    """From the page of the place to each ward and back."""
    tab = Tab(offline)
    files = written("sample")
    known = {file.as_uri() for file in files.values()}
    for path, file in files.items():
        links = tab.open(file).page.locator("a[href]").evaluate_all("all => all.map((link) => link.href)")
        inside = {link for link in links if link.startswith("file:")}
        assert {link.split("#")[0] for link in inside} <= known, path
        for fragment in {link.split("#")[1] for link in inside if link.startswith(f"{file.as_uri()}#")}:
            is_place = not fragment.startswith("what-if=")  # a link that keeps the sliders
            assert tab.page.locator(f"[id='{fragment}']").count() == int(is_place), (path, fragment)
    assert {link.split("#")[0] for link in links} >= {files["index.html"].as_uri()}


def test_a_page_that_asks_is_caught(tmp_path, offline):
    """A picture from a server and an error of a script: both are seen, so the test above can fail."""
    file = tmp_path / "asking.html"
    file.write_text('<img src="https://example.org/a.png"><script>throw new Error("wrong")</script>', encoding="utf-8")
    tab = Tab(offline).open(file)
    assert "https://example.org/a.png" in tab.requests
    assert any("wrong" in text for text in tab.said)
