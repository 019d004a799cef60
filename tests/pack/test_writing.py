"""The bid pack: one content as Word and as tagged PDF, whose numbers carry ids and whose form anyone can read."""

import csv
import dataclasses
import io
import itertools
import re
import zipfile

import pytest

from connected_place.maps.document import Heading, PictureBlock, Table, figures_in, laid_out, parts_of
from connected_place.maps.figures.figure import Figure, with_sources
from connected_place.maps.formats import PDF_FILE, WORD_FILE
from connected_place.maps.pack.funds import fund_names
from connected_place.maps.printing.tagged_pdf import pdf_bytes
from connected_place.maps.printing.word import LANGUAGE, bookmark_of, word_bytes
from connected_place.maps.tables.plan_tables import csv_tables

from .. import worlds
from ..packs import (
    DRAWING,
    W,
    bid_of,
    document_of,
    pdf_text,
    register,
    sample_pack,
    squeezed,
    tags,
    text_of,
    word_bookmarks,
    word_paragraphs,
    word_xml,
)
from ..small_places import needs_real_data, sample_plan, thurrock_plan

HOSTILE = {
    "formula": "=HYPERLINK(1)",
    "template": "{{ 7 * 7 }} {% raw %}",
    "typst": '#read("/etc/hostname") *bold* $x$ @ref',
    "latex": r"\input{secret} ${HOME} `id`",
    "markup": "<w:p/><script>alert(1)</script>&amp;",
    "override": "Hall \u202eterces\u2066\x07",
}
NOT_FIGURES = {
    "Rank", "Year", "Rows used", "Phase", "Likelihood, 1 to 5", "Impact, 1 to 5", "Score",
    "Sites in progress", "Tasks in progress", "Working days a month", "Whole life, at present value", "Capital",
}  # fmt: skip
"""Columns of numbers that order or count the rows themselves, or are what others paid."""


@pytest.fixture(scope="module")
def sample():
    return document_of(sample_plan())


def word_of(document, folder):
    return word_xml(word_bytes(document, folder=folder))


# --- the same content in both ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", fund_names())
def test_word_and_pdf_have_the_same_content_in_the_same_order(tmp_path, name):
    document = document_of(sample_plan(), fund_name=name)
    body = word_of(document, tmp_path).find(f"{W}body")
    pdf = pdf_text(pdf_bytes(document, folder=tmp_path)).replace("•", "")
    assert squeezed(text_of(body)) == squeezed(pdf)
    assert len(pdf) > 20_000


@pytest.mark.parametrize(
    "make", [sample_plan, pytest.param(thurrock_plan, marks=needs_real_data)], ids=["sample", "thurrock"]
)
def test_every_figure_is_printed_as_in_the_register(make, tmp_path):
    document = document_of(make())
    marks = word_bookmarks(word_of(document, tmp_path))
    for figure, _ in figures_in(document):
        assert marks[bookmark_of(figure.id)].removesuffix(" (e)") == figure.text
    assert len(marks) > 300


def test_a_number_of_a_table_is_a_figure_with_an_id(sample):
    """Except ranks and the like, which order the rows themselves."""
    for table in (block for block in sample.blocks if isinstance(block, Table)):
        for column in set(table.right) - {at for at, head in enumerate(table.header) if head in NOT_FIGURES}:
            for row in table.rows:
                bare = [part for part in parts_of(row[column]) if not isinstance(part, Figure)]
                assert not [part for part in bare if re.search(r"\d", part) and part != "100.0 %"], table.caption


@pytest.mark.parametrize(
    "make", [sample_plan, pytest.param(thurrock_plan, marks=needs_real_data)], ids=["sample", "thurrock"]
)
def test_figures_are_those_of_the_tables(make):
    """The same cell of wards.csv or sites.csv, to its last printed decimal."""
    plan = make()
    cells = {}
    for name, text in csv_tables(plan).items():
        rows = list(csv.DictReader(io.StringIO(text)))
        key = next(iter(rows[0]))
        cells |= {f"{name}/{row[key]}/{column}": value for row in rows for column, value in row.items()}
    held = [figure for figure, _ in figures_in(document_of(plan)) if figure.cell]
    for figure in held:
        value = cells[figure.cell]
        assert (value == "") if not figure.is_known else float(value) == pytest.approx(figure.value, abs=5e-3 + 1e-9)
    assert len({figure.cell.split("/")[0] for figure in held}) == 3
    assert len(held) > 200


def test_the_page_prints_the_figures_of_the_documents(sample):
    from connected_place.maps.page.page import borough_page

    page = squeezed(re.sub(r"<[^>]+>", "", borough_page(sample_plan())))
    printed = {figure.id: figure for figure, _ in figures_in(sample)}
    for name in ("gap.borough.ufbb_300", "gap.borough.premises", "gap.borough.ufbb_300_share", "shortlist.spent_gbp",
                 "parameter.sites.budget_gbp", "shortlist.demand_share", "gap.borough.decent_10"):  # fmt: skip
        assert squeezed(printed[name].text) in page, name


def test_shares_of_the_investment_sum_to_one_hundred(sample):
    shares = {figure.id: figure for figure, _ in figures_in(sample) if figure.id.endswith(".share_of_investment_pct")}
    assert sum(round(10 * figure.value) for figure in shares.values()) == 1000
    assert len(shares) == sample_plan().sites["selected"].sum()


def test_two_figures_of_one_id_are_refused():
    one = Figure(id="a", value=1.0, text="1", words="", formula="")
    with pytest.raises(ValueError, match="Two figures are called a: 2 and 1"):
        with_sources([one, dataclasses.replace(one, value=2.0, text="2")])


# --- readable by anyone ---------------------------------------------------------------------------------------


def test_headings_in_word_are_styles_and_skip_no_level():
    root = word_xml((sample_pack() / WORD_FILE).read_bytes())
    levels = [int(style[-1]) for style, _ in word_paragraphs(root) if style.startswith("Heading")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(levels) > 20


def test_tables_of_word_repeat_their_header_and_have_a_caption_before_them():
    root = word_xml((sample_pack() / WORD_FILE).read_bytes())
    tables = list(root.iter(f"{W}tbl"))
    for table in tables:
        first, *rest = table.findall(f"{W}tr")
        assert first.find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in rest)
        assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val").startswith("Table ")
        assert len({len(row.findall(f"{W}tc")) for row in (first, *rest)}) == 1
    body = list(root.find(f"{W}body"))
    for at, element in enumerate(body):
        if element.tag == f"{W}tbl":
            assert text_of(body[at - 1]).startswith("Table ")
    assert len(tables) > 15


def test_pictures_have_words_in_both_formats():
    folder = sample_pack()
    root = word_xml((folder / WORD_FILE).read_bytes())
    about = [node.get("descr", "") for node in root.iter(f"{DRAWING}docPr")]
    pdf = [str(node.get("/Alt", "")) for name, node, _ in tags((folder / PDF_FILE).read_bytes()) if name == "/Figure"]
    assert about == pdf
    assert len(about) >= 7
    assert all(len(words.split()) > 5 for words in about)


def test_word_is_in_british_english_and_has_a_title():
    content = (sample_pack() / WORD_FILE).read_bytes()
    styles = word_xml(content, "word/styles.xml")
    language = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert language.get(f"{W}val") == LANGUAGE == "en-GB"
    about = "".join(word_xml(content, "docProps/core.xml").itertext())
    assert "Bid pack: public Wi-Fi and better broadband: Saltmarsh" in about
    assert LANGUAGE in about


def test_the_pdf_is_tagged_and_says_its_title_and_language():
    import pikepdf

    with pikepdf.open(sample_pack() / PDF_FILE) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).casefold() == "en-gb"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]).startswith("Bid pack")
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"


def test_tags_of_the_pdf_follow_the_content(sample):
    """Headings in the order of the document, header cells in a head, every row as wide as its header."""
    found = list(tags((sample_pack() / PDF_FILE).read_bytes()))
    blocks = laid_out(sample)
    levels = [f"/H{block['level']}" for block in blocks if block["kind"] == "heading"]
    assert [name for name, _, _ in found if re.fullmatch(r"/H\d", name)] == levels
    assert all("/THead" in around for name, _, around in found if name == "/TH")
    widths = [len(block["header"]) for block in blocks if block["kind"] == "table"]
    cells = sum(width * (len(block["rows"]) + 1) for width, block in
                zip(widths, (block for block in blocks if block["kind"] == "table"), strict=True))  # fmt: skip
    assert sum(name in ("/TH", "/TD") for name, _, _ in found) == cells
    assert sum(name == "/Caption" for name, _, _ in found) == len(widths) + sum(n == "/Figure" for n, _, _ in found)


def test_invented_data_and_estimates_are_marked(tmp_path, sample):
    document = document_of(worlds.illustrative(worlds.tiny()))
    content = word_bytes(document, folder=tmp_path)
    assert "Illustrative: invented data" in text_of(word_xml(content, "word/header1.xml"))
    assert "Illustrative" not in document_of(worlds.tiny()).mark
    texts = [run[0] for block in laid_out(sample) for run in block.get("runs", [])]
    assert any(text.endswith("% (e)") for text in texts)
    heads = [head for block in laid_out(sample) if block["kind"] == "table" for head in block["header"]]
    assert "Demand served by itself (e)" in heads


# --- nothing unsafe, nothing invented, the same each time -----------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_plain_text_in_every_document(tmp_path, text):
    plan = worlds.renamed(worlds.tiny(), text)
    document = document_of(plan)
    content = word_bytes(document, folder=tmp_path)
    pdf = pdf_bytes(document, folder=tmp_path)
    seen = re.sub("[\u202e\u2066\x07]", "", text)
    said = squeezed(text_of(word_xml(content).find(f"{W}body")))
    assert squeezed(seen) in said
    assert squeezed(seen) in squeezed(pdf_text(pdf))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = b"".join(package.read(name) for name in package.namelist() if name.endswith(".xml"))
    assert "\u202e".encode() not in parts
    assert b"<script>" not in parts


def test_a_plan_without_sites_has_a_pack(tmp_path):
    """And one whose reach, population and costs are unknown says so instead of failing."""
    plan = worlds.tiny()
    text = text_of(word_of(document_of(plan), tmp_path))
    assert "nan" not in re.findall(r"\bnan\b", text)
    assert "None" not in text


def test_the_same_plan_gives_the_same_bytes(tmp_path, sample):
    for render in (word_bytes, pdf_bytes):
        assert render(sample, folder=tmp_path) == render(document_of(sample_plan()), folder=tmp_path)


def test_the_register_contains_each_printed_figure_and_everything_it_comes_from(sample):
    known = register(sample_pack())["figures"]
    assert {figure.id for figure, _ in figures_in(sample)} <= set(known)
    for figure in known.values():
        assert set(figure["figures"]) <= set(known)
        assert figure["formula"]


def test_chapters_are_in_the_funds_order(sample):
    bid = bid_of(sample_plan())
    chapters = [block.text for block in sample.blocks if isinstance(block, Heading) and block.level == 1]
    assert chapters == [bid.chapter_title(key) for key in bid.fund.chapters]


def test_wide_pictures_are_at_the_end_of_their_chapter():
    from connected_place.maps.pack.content import pack_document

    wide = PictureBlock(file="a.png", caption="Figure 1", alt="A map of something", is_wide=True)
    bid = dataclasses.replace(bid_of(sample_plan()), pictures={"gap_by_ward": wide})
    blocks = pack_document(bid).blocks
    after = blocks[blocks.index(wide) + 1]
    assert isinstance(after, Heading)
    assert after.level == 1


def test_the_workbook_has_the_figures_of_the_documents(sample):
    """The cell of the same row and column on the sheets of wards and sites."""
    import openpyxl

    book = openpyxl.load_workbook(sample_pack() / "bid_pack.xlsx", data_only=False)
    cells = {}
    for name in ("Wards", "Sites"):
        rows = [[cell.value for cell in row] for row in book[name].iter_rows()]
        head = next(at for at, row in enumerate(rows) if row[0] in ("area_code", "site_id"))
        for row in rows[head + 1 :]:
            named = dict(zip(rows[head], row, strict=True))
            cells |= {(name.lower(), str(row[0]), column): value for column, value in named.items()}
    compared = 0
    for figure in {figure.id: figure for figure, _ in figures_in(sample) if figure.cell}.values():
        table, key, column = figure.cell.split("/")
        value = cells.get((table.removesuffix(".csv"), key, column))
        if isinstance(value, int | float):
            assert value == pytest.approx(figure.value, abs=5e-3 + 1e-9), figure.id
            compared += 1
    assert compared > 150
