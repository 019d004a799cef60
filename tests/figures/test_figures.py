"""Every printed number comes from figures.toml, and every table of figures.toml makes a number."""

import ast
import dataclasses
import math
import re
from pathlib import Path

import pytest

from connected_place.coverage.parameters.parameters import Parameters
from connected_place.coverage.plan import Plan
from connected_place.maps.figures import plan_figures
from connected_place.maps.figures import recipes as module
from connected_place.maps.figures.book import FigureBook
from connected_place.maps.figures.recipes import KINDS, TEXTS, FigureRecipe, family_of, recipes
from connected_place.maps.figures.rows import GROUPS

from ..packs import register, sample_pack
from ..small_places import sample_plan

ROOT = Path(__file__).parents[2]


def no_rows(group, parts):
    return ()


def a_book(monkeypatch, **tables):
    """A book of a figures.toml with only these figures, by ids with __ for a dot."""
    whole = {"words": "w", "formula": "f", "text": "count", "kind": "stated"}
    ids = {name: name.replace("__", ".") for name in tables}
    made = {ids[name]: FigureRecipe(**{**whole, "id": ids[name], **stated}) for name, stated in tables.items()}
    monkeypatch.setattr(module, "recipes", lambda: made)
    family_of.cache_clear()
    return FigureBook(no_rows)


@pytest.fixture(autouse=True)
def _fresh():
    yield
    family_of.cache_clear()


# --- the table and the sample --------------------------------------------------------------------------------


def test_every_table_of_figures_toml_makes_a_figure_of_the_sample():
    made = {figure.recipe for figure in plan_figures(sample_plan()).values()}
    assert made == set(recipes())


def test_every_id_that_the_pack_writes_is_one_of_figures_toml():
    known = plan_figures(sample_plan())
    written = register(sample_pack())["figures"]
    assert written
    for name, figure in written.items():
        assert known[name].recipe in recipes()
        pattern = re.sub(r"\\{[a-z_]+\\}", ".+", re.escape(known[name].recipe))
        assert re.fullmatch(pattern, name)
        assert figure["text"] == known[name].text


def test_figures_are_made_in_the_book_and_nowhere_else():
    """A `Figure(...)` of any other module would print a number that figures.toml does not know."""
    makers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("coverage", "maps", "scripts")
        for path in (ROOT / folder).rglob("*.py")
        if makes_figures(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert makers == {"maps/figures/book.py"}


def makes_figures(tree):
    """Whether a module calls the class `Figure` of this project; matplotlib has one of the same name."""
    own = any(
        isinstance(node, ast.ImportFrom) and (node.module or "").startswith("connected_place.maps.figures")
        and "Figure" in [alias.name for alias in node.names]
        for node in ast.walk(tree)
    )  # fmt: skip
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return own and any(isinstance(called, ast.Name) and called.id == "Figure" for called in calls)


@pytest.mark.parametrize("name", recipes())
def test_a_figure_says_what_it_is_how_it_is_calculated_and_from_which_rows(name):
    recipe = recipes()[name]
    assert recipe.words.strip()
    assert recipe.formula.strip().endswith(".")
    assert recipe.kind in KINDS
    assert recipe.text in TEXTS or "{" in recipe.text
    assert recipe.estimate in (True, False, "given")
    assert set(recipe.rows) <= set(GROUPS)
    assert recipe.rows or recipe.figures or recipe.parameters, "nothing stands behind it"
    for source in recipe.figures:
        assert source.startswith("{") or source.removesuffix("?").partition(".")[0] in {"gap", "need", "site", "line",
            "lines", "shortlist", "supply", "case", "programme", "opponent"}  # fmt: skip


def test_every_parameter_that_a_figure_names_is_a_key_of_plan_toml():
    tables = {field.name for field in dataclasses.fields(Parameters)}
    for figure in plan_figures(sample_plan()).values():
        assert {key.partition(".")[0] for key in figure.parameters} <= tables, figure.id


@pytest.mark.parametrize(
    ("stated", "fault"),
    [
        ('words = ""\nformula = "f."\ntext = "count"\nkind = "stated"', "lacks"),
        ('words = "w"\nformula = ""\ntext = "count"\nkind = "stated"', "formula"),
        ('words = "w"\nformula = "f."\ntext = "count"\nkind = "guessed"', "guessed"),
        ('words = "w"\nformula = "f."\ntext = "count"\nkind = "stated"\nsource = "x"', "source"),
    ],
)
def test_a_table_that_is_half_made_is_refused(tmp_path, monkeypatch, stated, fault):
    (tmp_path / "figures.toml").write_text(f'[parameters]\n[family.x]\n[figure."a.b"]\n{stated}\n', encoding="utf-8")
    monkeypatch.setattr(module, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=fault):
        recipes.__wrapped__()


# --- the book ------------------------------------------------------------------------------------------------


def test_what_a_figure_is_calculated_from_may_be_put_in_later(monkeypatch):
    """b.share is calculated from a.part of each of two sites, which come after it."""
    book = a_book(monkeypatch, b__share={"figures": ("a.{site}.part",)}, **{"a__{site}__part": {}})
    book.put("b", {"share": 0.5}, parts={"site": ("S1", "S2")})
    for site in ("S1", "S2"):
        book.put("a.{site}", {"part": 1}, of={"site": site})
    assert [figure.id for figure in book.figures()["b.share"].figures] == ["a.S1.part", "a.S2.part"]


def test_a_source_that_is_not_there_is_an_error_unless_it_may_be_missing(monkeypatch):
    book = a_book(monkeypatch, b__may={"figures": ("a.part?",)})
    book.put("b", {"may": 1})
    assert book.figures()["b.may"].figures == ()
    book = a_book(monkeypatch, b__must={"figures": ("a.part",)})
    book.put("b", {"must": 1})
    with pytest.raises(KeyError, match=r"a\.part"):
        book.figures()


@pytest.mark.parametrize("value", [None, math.nan])
def test_what_is_not_known_is_never_nought(monkeypatch, value):
    book = a_book(monkeypatch, a__part={"text": "{:.1f}", "unknown": "not ranked"})
    book.put("a", {"part": value})
    found = book.figures()["a.part"]
    assert found.text == "not ranked"
    assert not found.is_known


@pytest.mark.parametrize(
    ("text", "value", "printed"),
    [
        ("count", 1234.6, "1,235"), ("percent", 0.0001, "under 0.1 %"), ("percent of any size", 1.5, "150.0 %"),
        ("pounds", -12.0, "-£12"), ("pounds without sign", -12.0, "£12"), ("{:.2f} times", 2.0, "2.00 times"),
        ("{start}", 3.0, "2027-03"),
    ],
)  # fmt: skip
def test_a_value_is_printed_as_its_table_says(monkeypatch, text, value, printed):
    book = a_book(monkeypatch, a__part={"text": text})
    book.put("a", {"part": value}, parts={"start": "2027-03"})
    assert book.figures()["a.part"].text == printed


@pytest.mark.parametrize(("estimated", "kind"), [(False, "counted"), (True, "estimated")])
def test_a_count_of_estimates_is_an_estimate(monkeypatch, estimated, kind):
    book = a_book(monkeypatch, a__part={"kind": "counted", "estimate": "given"})
    book.put("a", {"part": 1}, estimated=estimated)
    found = book.figures()["a.part"]
    assert (found.is_estimate, found.confidence) == (estimated, KINDS[kind])


@pytest.mark.parametrize(("ward", "cell"), [("W1", "wards.csv/W1/part"), ("", "")])
def test_a_figure_of_no_table_has_no_cell(monkeypatch, ward, cell):
    book = a_book(monkeypatch, a__part={"cell": "wards.csv/{ward}/part"})
    book.put("a", {"part": 1}, parts={"ward": ward})
    assert book.figures()["a.part"].cell == cell


def test_values_without_a_table_are_refused(monkeypatch):
    book = a_book(monkeypatch, a__part={})
    with pytest.raises(ValueError, match="no figure b"):
        book.put("b", {"part": 1})
    with pytest.raises(KeyError, match="part"):
        book.put("a", {"other": 1})


def test_a_plan_without_wards_or_wifi_has_the_other_figures(tiny: Plan):
    names = set(plan_figures(tiny))
    assert "shortlist.spent_gbp" in names
    assert not [name for name in names if name.startswith("supply.")]


def test_figures_of_lines_in_use_are_never_called_premises_or_homes(tiny):
    source = "estimate: lines in use (connections), Ofcom 2016-06"
    reporting = dataclasses.replace(tiny.reporting, premises_source=source)
    shortlist = dataclasses.replace(tiny.shortlist, premises_source=source)
    found = plan_figures(dataclasses.replace(tiny, reporting=reporting, shortlist=shortlist))
    ours = [
        figure
        for name, figure in found.items()
        if name.startswith(("gap.", "shortlist.premises")) or name.endswith("premises_outdoors")
    ]
    assert {figure.unit for figure in ours} == {"lines in use", "share"}
    assert [figure.words for figure in ours if "homes" in figure.words.casefold()] == []
