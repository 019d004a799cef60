"""The areas of greatest need: rank with its range, score and why; and their ranks under other weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from connected_place.api import open_plan
from connected_place.coverage.need import NEED_COLUMNS, NEED_WORDS, criteria
from connected_place.coverage.need import values_of as values_of_areas
from connected_place.coverage.scoring import weight_sets, weights_to_lead
from connected_place.gis_data.errors import CommandError, fault
from connected_place.maps.numerals import count_text, plural, shown
from connected_place.maps.tables import csv_text, table_text
from connected_place.scripts.commands.swings import ScoredAreas, area_text, criterion_values, swings
from connected_place.scripts.terminal import (
    refuse_foreign_file,
    replace_file,
    table_lines,
    wrapped_lines,
)

EXPLANATION = "explanation"
"""Column of the sentence that explains an area's rank."""

RANK = "_rank"
"""How the names of columns of ranks by set end."""

RANGE_SENTENCE = "range: where the rank falls in nine out of ten random draws of the weights and of uncertain figures."
CSV_START = "rank,rank_low,rank_high,score,area_code,"
"""How such a file begins: no other file is replaced."""


NEED_KEYS = {"lines": "fixed", "wifi": "wifi"}
"""What the columns of each need begin with, by its name on the command line."""


def show_scores(place: Path, *, first: int, with_sets: bool, csv: Path | None, need: str = "", lead: str = "") -> int:
    """Print the areas of greatest need; also write all areas to a file, if one is named.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    first : int
        Areas to print.
    with_sets : bool
        Ranks under other sets of weights beside those of the plan.
    csv : Path or None
        File to write.
    need : str
        "lines" or "wifi": rank by one of the two needs; "": by the combined score.
    lead : str
        Code of an area, to show which weights would rank it first; "": do not show.

    Raises
    ------
    CommandError
        NO_PLAN; NOT_OURS or CANNOT_WRITE: the CSV file, which is then as it was.
    ConnectedPlaceError
        What keeps the plan from being made.
    """
    if csv is not None:
        refuse_foreign_file(csv, begins=CSV_START)
    made = ScoredAreas.of(open_plan(place, progress=True))
    if lead:
        print(*lead_lines(made, lead), sep="\n")
        return 0
    if need:
        made = by_need(made, need)
    ranks = ranks_under_sets(made) if with_sets else pd.DataFrame(index=made.areas.index)
    if csv is not None:
        replace_file(csv, ranking_csv(made, ranks).encode())
    print(*ranking_lines(made, first=first, need=need), sep="\n")
    if with_sets:
        print("", *set_lines(made, ranks, first=first), sep="\n")
    if csv is not None:
        print(f"\nWrote {plural(len(made.areas), 'area')} to {csv}")
    return 0


def by_need(made: ScoredAreas, need: str) -> ScoredAreas:
    """The same areas with the score, rank and reason of one need in place of the combined ones."""
    of_need = {name: made.areas[f"{NEED_KEYS[need]}_{name}"] for name in NEED_COLUMNS}
    return replace(made, areas=made.areas.assign(**of_need))


def ranking_lines(made: ScoredAreas, *, first: int, need: str = "") -> list[str]:
    """The areas of greatest need, each with the sentence that explains it, if the plan has one."""
    place, rows = made.parameters.place, _in_order(made)
    listed = rows.dropna(subset="rank").head(first)
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    wanted = f" for {NEED_WORDS[NEED_KEYS[need]]}" if need else ""
    counted = f"{count_text(len(listed))} of {plural(len(rows), 'area')}"
    title = f"{mark}{shown(place.name)}: {counted}, greatest need{wanted} first."
    return [*wrapped_lines(title), "", *_table(listed), "", *_notes(rows)]


def lead_lines(made: ScoredAreas, code: str) -> list[str]:
    """Why an area ranks where it does, and the nearest weights that would rank it first.

    Raises
    ------
    CommandError
        NO_AREA.
    """
    if code not in made.areas.index:
        raise CommandError(fault("NO_AREA", value=code))
    row, rules = made.areas.loc[code], made.parameters.score
    ranked = values_of_areas(made.areas)[made.areas["rank"].notna()]
    stated = pd.Series(rules.weights, dtype="float64").reindex(ranked.columns, fill_value=0.0)
    found = weights_to_lead(ranked, stated, code) if code in ranked.index else None
    why = [*wrapped_lines(area_text(code, made.areas)), *wrapped_lines(row[EXPLANATION], indent=2), ""]
    if found is None:
        return [*why, *wrapped_lines("No weights of these criteria would rank it first.")]
    words = criteria(rules)
    rows = [
        (words[key].words, f"{stated[key]:.3g}", f"{found[key] * stated.sum():.3g}") for key in stated[stated > 0].index
    ]
    return [
        *why,
        *wrapped_lines("The nearest weights that would rank it first:"),
        *table_lines(["criterion", "plan", "first"], rows, numbers=(1, 2)),
    ]


def _table(listed: pd.DataFrame) -> list[str]:
    """A line for each area, with the reason for its rank below it; a column that adds nothing is left out."""
    ranges = [_range_text(low, high) for low, high in zip(listed["rank_low"], listed["rank_high"], strict=True)]
    columns = {
        "rank": listed["rank"].map(count_text),
        "range": ranges,
        "score": listed["score"].map("{:.1f}".format),
        "code": listed.index,
    }
    if (listed["area_name"] != listed.index).any():
        columns["area"] = listed["area_name"]
    if "ward_name" in listed:
        columns["ward"] = listed["ward_name"]
    lines = table_lines(list(columns), list(zip(*columns.values(), strict=True)), numbers=(0, 1, 2))
    if EXPLANATION not in listed:
        return lines
    sentences = [wrapped_lines(text, indent=6) for text in listed[EXPLANATION]]
    return [lines[0], *(line for row, more in zip(lines[1:], sentences, strict=True) for line in (row, *more))]


def _notes(rows: pd.DataFrame) -> list[str]:
    silent = int(rows["rank"].isna().sum())
    them = "it" if silent == 1 else "them"
    left_out = f"{plural(silent, 'area')} without a rank: nothing that counts is known about {them}."
    return [*wrapped_lines(RANGE_SENTENCE), *(wrapped_lines(left_out) if silent else [])]


def _correlation_text(number: float) -> str:
    return "not known" if pd.isna(number) else f"{number:.2f}"


def _rank_text(rank: float) -> str:
    return "" if pd.isna(rank) else count_text(rank)


def _range_text(low: float, high: float) -> str:
    """Best and worst rank.

    Examples
    --------
    >>> _range_text(1.0, 3.0), _range_text(2.0, 2.0), _range_text(float("nan"), float("nan"))
    ('1-3', '2', '')
    """
    if pd.isna(low) or pd.isna(high):
        return ""
    return f"{low:.0f}" if low == high else f"{low:.0f}-{high:.0f}"


def sets_of(made: ScoredAreas) -> dict[str, weight_sets.WeightSet]:
    """The plan's weights, and the sets that they are compared with."""
    return weight_sets.standard_sets(made.parameters.score, [item.criterion.key for item in swings(made)])


def ranks_under_sets(made: ScoredAreas) -> pd.DataFrame:
    """`<name>_rank` of each area under every set of weights, one column for each."""
    weights = {name: item.weights for name, item in sets_of(made).items()}
    ranks = weight_sets.ranks_by_set(criterion_values(made, swings(made)), weights)
    return ranks.filter(regex=f"{RANK}$")


def set_lines(made: ScoredAreas, ranks: pd.DataFrame, *, first: int) -> list[str]:
    """The areas of greatest need with their rank under each set of weights, how far sets agree, and their sources."""
    listed = _in_order(made).dropna(subset="rank").head(first).index
    rows = [[*ranks.loc[code].map(_rank_text), area_text(code, made.areas)] for code in listed]
    names = list(ranks.columns.str.removesuffix(RANK))
    pairs = weight_sets.agreement(ranks)
    shared = [f"{both} of {most}" for both, most in zip(pairs["shared_first"], pairs["first_areas"], strict=True)]
    like = [_correlation_text(number) for number in pairs["spearman"]]
    return [
        "Ranks under other weights",
        *table_lines([*names, "area"], rows, numbers=range(len(names))),
        "",
        "How far they agree: order 1 is identical, 0 unrelated (Spearman); first areas that both share",
        *table_lines(
            ["weights", "and", "order", "first areas"],
            list(zip(pairs["first"], pairs["second"], like, shared, strict=True)),
            numbers=(2,),
        ),
        *(line for name, item in sets_of(made).items() for line in ("", *wrapped_lines(f"{name}: {item.source}"))),
    ]


def ranking_csv(made: ScoredAreas, ranks: pd.DataFrame) -> str:
    """Every area with its rank, and its rank under each set of weights."""
    rows = _in_order(made)
    sets = [{"set": str(name).removesuffix(RANK)} for name in ranks.columns]
    under = ranks.reindex(rows.index).set_axis([f"rank_under_{item['set']}" for item in sets], axis="columns")
    columns = table_text("ranking", repeated={"set": sets}).columns
    return csv_text(rows.join(under).rename_axis("area_code").reset_index(), columns)


def _in_order(made: ScoredAreas) -> pd.DataFrame:
    """Areas by rank; those without one last, by code."""
    return pd.DataFrame(made.areas.drop(columns="geometry")).sort_index().sort_values("rank", kind="stable")
