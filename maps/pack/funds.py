"""Funds as data: the chapters that a fund wants, its requirements, its limits and its wording."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connected_place.coverage.parameters import Parameters
from connected_place.gis_data.errors import CommandError, Fault, PlanFileError, fault

FOLDER = Path(__file__).with_name("funds_asked")

CHAPTERS = (
    "summary",
    "fund",
    "need",
    "lines",
    "supply",
    "proposal",
    "case",
    "robustness",
    "opponent",
    "options",
    "funding",
    "equality",
    "delivery",
    "monitoring",
    "questions",
    "method",
    "sources",
    "figures",
)
"""Chapters that a fund can ask for, in the usual order."""

_KINDS = ("most", "least", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """One requirement of a fund.

    Attributes
    ----------
    key : str
        Its name in [pack.answers] of plan.toml.
    words : str
        What is asked.
    given_by : str
        The chapter that answers it; empty: the council fills it in.
    words_most : int
        The most words allowed in the answer; 0: no limit.
    source : str
        Where the fund asks for it.
    """

    key: str
    words: str
    given_by: str = ""
    words_most: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A number that a fund sets.

    Attributes
    ----------
    figure : str
        Id of the figure compared with it; with {site}, that of every proposed site.
    words : str
        What the limit is, beginning with a capital letter.
    most, least : float or None
    text : str
        The limit as printed.
    source : str
    """

    figure: str
    words: str
    most: float | None = None
    least: float | None = None
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """What one fund wants.

    Attributes
    ----------
    name : str
        Its name for --fund.
    title : str
        Of the pack.
    about : str
        Which fund the rules resemble, and that nobody has endorsed them.
    chapters : tuple of str
        In order.
    titles : mapping of chapter to str
        For chapters that the fund names differently.
    wording : mapping of chapter to str
        A sentence at the start of the chapter.
    required : tuple of Required
    limits : tuple of Limit
    kml : bool
        Whether it asks for a KML file.
    """

    name: str
    title: str
    about: str
    chapters: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    wording: Mapping[str, str] = field(default_factory=dict)
    required: tuple[Required, ...] = ()
    limits: tuple[Limit, ...] = ()
    kml: bool = False


def fund_names() -> tuple[str, ...]:
    """The funds that come with the planner.

    Examples
    --------
    >>> "generic" in fund_names()
    True
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def chosen_fund(parameters: Parameters, *, folder: Path, asked: str = "") -> Fund:
    """The fund given on the command line, else the council's own file, else the one named in plan.toml.

    Parameters
    ----------
    parameters : Parameters
    folder : Path
        Of plan.toml.
    asked : str
        Name or .toml file; empty: as in plan.toml.

    Raises
    ------
    CommandError, PlanFileError
        As `fund` and `read_fund`.
    """
    rules = parameters.pack
    if asked:
        return read_fund(Path(asked)) if asked.endswith(".toml") else fund(asked)
    return read_fund(folder / rules.fund_file) if rules.fund_file else fund(rules.fund)


def fund(name: str) -> Fund:
    """A fund that comes with the planner.

    Raises
    ------
    CommandError
        UNKNOWN_FUND.
    """
    known = fund_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        if near:
            raise CommandError(fault("UNKNOWN_FUND.near", value=name, nearest=near[0], known=", ".join(known)))
        raise CommandError(fault("UNKNOWN_FUND.list", value=name, known=", ".join(known)))
    return read_fund(FOLDER / f"{name}.toml")


def read_fund(path: Path) -> Fund:
    """A fund from its TOML file.

    Raises
    ------
    PlanFileError
        NO_FUND_FILE, NOT_TOML, KEY_MISSING, UNKNOWN_KEY, UNKNOWN_CHAPTER or WRONG_TYPE, with every fault at once.
    """
    content = _toml(path)
    faults: list[Fault] = []
    note = _notes(path.name, faults)
    allowed = ("title", "about", "chapters", "titles", "wording", "required", "limit", "kml")
    _known(content, allowed, "", note)
    for key in ("title", "about"):
        if not isinstance(content.get(key), str):
            note("KEY_MISSING.fund", key, name=key)
    chapters = _texts(content.get("chapters"), "chapters", note)
    for key, names in (
        ("chapters", chapters),
        ("titles", _mapping(content, "titles", note)),
        ("wording", _mapping(content, "wording", note)),
    ):
        _known_chapters(names, key, note)
    required = _each(content, "required", Required, note)
    limits = _each(content, "limit", Limit, note)
    if faults:
        raise PlanFileError(faults)
    return Fund(
        name=path.stem.removeprefix("fund_"),
        title=content["title"],
        about=content["about"],
        chapters=chapters,
        titles=_mapping(content, "titles", note),
        wording=_mapping(content, "wording", note),
        required=required,
        limits=limits,
        kml=bool(content.get("kml", False)),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlanFileError(fault("NO_FUND_FILE", file=str(path))) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanFileError(fault("NOT_TOML.fund", file=path.name, reason=str(error))) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise PlanFileError(fault("NOT_TOML.fund", file=path.name, reason="it never seems to end")) from error


def _notes(file: str, faults: list[Fault]) -> Any:
    """A way to add a fault of one file to a list."""

    def note(key: str, column: str, **fields: Any) -> None:
        faults.append(fault(key, file=file, column=column, **fields))

    return note


def _known(content: Mapping[str, Any], allowed: tuple[str, ...], place: str, note: Any) -> None:
    for name in content:
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, n=1)
            if near:
                note("UNKNOWN_KEY.near", f"{place}{name}", name=name, nearest=near[0])
            else:
                note("UNKNOWN_KEY.list", f"{place}{name}", name=name, known=", ".join(allowed))


def _known_chapters(names: Iterable[str], key: str, note: Any) -> None:
    for name in names:
        if name not in CHAPTERS:
            near = difflib.get_close_matches(name, CHAPTERS, n=1)
            if near:
                note("UNKNOWN_CHAPTER.near", key, name=name, nearest=near[0], known=", ".join(CHAPTERS))
            else:
                note("UNKNOWN_CHAPTER.list", key, name=name, known=", ".join(CHAPTERS))


def _texts(value: Any, key: str, note: Any) -> tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    note("WRONG_TYPE.texts", key, name=key)
    return ()


def _mapping(content: Mapping[str, Any], key: str, note: Any) -> dict[str, str]:
    value = content.get(key, {})
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return value
    note("WRONG_TYPE.table_of_texts", key, name=key)
    return {}


def _each(content: Mapping[str, Any], key: str, shape: type, note: Any) -> tuple[Any, ...]:
    """The tables of a list, each as its dataclass."""
    values = content.get(key, [])
    if not isinstance(values, list) or not all(isinstance(item, dict) for item in values):
        note("WRONG_TYPE.tables", key, name=key)
        return ()
    names = tuple(shape.__dataclass_fields__)  # type: ignore[attr-defined]
    found = []
    for number, item in enumerate(values, start=1):
        place = f"{key} {number}."
        _known(item, names, place, note)
        missing = [name for name in _needed(shape) if name not in item]
        for name in missing:
            note("KEY_MISSING.fund_table", f"{place}{name}", name=name)
        wrong = [name for name, value in item.items() if name in names and not _fits(shape, name, value)]
        for name in wrong:
            note("WRONG_TYPE.fund", f"{place}{name}")
        if not missing and not wrong and not set(item) - set(names):
            found.append(shape(**item))
    return tuple(found)


def _needed(shape: type) -> tuple[str, ...]:
    return ("key", "words") if shape is Required else ("figure", "words", "text")


def _fits(shape: type, name: str, value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number if name in ("most", "least", "words_most") else isinstance(value, str)
