"""Swing weights: shown, asked for in an interview or taken from a named set, and written to plan.toml."""

from __future__ import annotations

import difflib
import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from connected_place.api import open_plan
from connected_place.coverage.scoring import rank, score, weight_sets, weights_of
from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import CommandError, fault
from connected_place.maps.numerals import percent_text, plural, shown
from connected_place.scripts.commands.interview import MOST, WEIGHT_DECIMALS, Left, interview
from connected_place.scripts.commands.swings import ScoredAreas, Swing, area_text, criterion_values, swing_lines, swings
from connected_place.scripts.config import weight_lines, write_weights
from connected_place.scripts.terminal import refuse_unwritable, table_lines, wrapped_lines

AREAS_SHOWN, AREAS_COMPARED = 5, 10
SAME = 1e-4
"""Weights within this share of the largest are the same: answers are rounded to two decimals of 100."""


def weights(place: Path, *, show_only: bool, named: str) -> int:
    """Show a plan's weights; or ask for them, or take a named set, and write them.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    show_only : bool
        Nothing is asked or written.
    named : str
        A set of `weight_sets.standard_sets`; "": ask.

    Raises
    ------
    CommandError
        NO_PLAN, SAMPLE_PLAN, CANNOT_WRITE, CANNOT_EDIT, UNKNOWN_SET, or NO_ANSWER: the input ended.
    ConnectedPlaceError
        What keeps the plan from being made.
    """
    opened = open_plan(place, progress=True)
    path = opened.file.path
    if not show_only:
        refuse_fixed(path)
    made = ScoredAreas.of(opened)
    found = swings(made)
    _say_place(made, found)
    if show_only or not named:
        return _shown(found) if show_only else _asked(path, made, found)
    chosen = scaled(named_set(made, found, named))
    _say_change(made, found, chosen)
    return _written(path, made, found, chosen)


def refuse_fixed(path: Path) -> None:
    """Refuse a plan.toml that cannot be changed, before anyone answers questions.

    Raises
    ------
    CommandError
        SAMPLE_PLAN or CANNOT_WRITE.
    """
    if path.resolve().is_relative_to(SAMPLE.resolve()):
        raise CommandError(fault("SAMPLE_PLAN", file=str(path)))
    refuse_unwritable(path)


def named_set(made: ScoredAreas, found: Sequence[Swing], name: str) -> dict[str, float]:
    """The weights of a named set, for the criteria with data here.

    Raises
    ------
    CommandError
        UNKNOWN_SET, with the nearest.
    """
    sets = weight_sets.standard_sets(made.parameters.score, [item.criterion.key for item in found])
    if name not in sets:
        near = difflib.get_close_matches(name, list(sets), n=1)
        if near:
            raise CommandError(fault("UNKNOWN_SET.near", value=name, nearest=near[0]))
        raise CommandError(fault("UNKNOWN_SET.list", value=name, known=", ".join(sets)))
    print("", *wrapped_lines(f"{name}: {sets[name].source}"), sep="\n")
    return {item.criterion.key: float(sets[name].weights.get(item.criterion.key, 0.0)) for item in found}


def scaled(stated: Mapping[str, float]) -> dict[str, float]:
    """Weights with the largest at 100.

    Examples
    --------
    >>> scaled({"a": 3.0, "b": 1.0})
    {'a': 100.0, 'b': 33.33}
    """
    most = max(stated.values())
    return {key: round(MOST * weight / most, WEIGHT_DECIMALS) for key, weight in stated.items()}


def all_weights(found: Sequence[Swing], stated: Mapping[str, float], new: Mapping[str, float]) -> dict[str, float]:
    """New weights, and those not asked about, kept in proportion to the heaviest one asked about.

    Parameters
    ----------
    found : sequence of Swing
        The criteria that were asked.
    stated : mapping of str to float
        What the plan states, or its defaults, for all criteria.
    new : mapping of str to float
        Of the asked ones, the largest 100.
    """
    most = max(item.weight for item in found)
    kept = {key: round(MOST * weight / most, WEIGHT_DECIMALS) for key, weight in stated.items()}
    return kept | dict(new)


def change_lines(made: ScoredAreas, found: Sequence[Swing], new: Mapping[str, float]) -> list[str]:
    """The new weights, and their effect on the order of the areas."""
    after = weights_of(pd.Index([item.criterion.key for item in found]), new)
    rows = [
        [item.words, f"{new[key]:g}", percent_text(item.share), percent_text(after[key])]
        for item in found
        for key in [item.criterion.key]
    ]
    return [
        *table_lines(["criterion", "weight", "share now", "new share"], rows, numbers=(1, 2, 3)),
        "",
        *_order_lines(made, found, after),
    ]


def _order_lines(made: ScoredAreas, found: Sequence[Swing], after: pd.Series) -> list[str]:
    """The first areas now and with the new weights, and how many of the first ten would change."""
    values = criterion_values(made, found)
    now, then = (_order(values, weights) for weights in (_present(found), after))
    rows = [
        [number, area_text(old, made.areas), area_text(new, made.areas)]
        for number, (old, new) in enumerate(zip(now[:AREAS_SHOWN], then[:AREAS_SHOWN], strict=True), start=1)
    ]
    return [
        *table_lines(["rank", "area now", "area with new weights"], rows, numbers=(0,)),
        "",
        _changed_text(now, then),
    ]


def _changed_text(now: Sequence[str], then: Sequence[str]) -> str:
    first = min(AREAS_COMPARED, len(now))
    others = len(set(then[:first]) - set(now[:first]))
    if others:
        return f"{others} of the first {plural(first, 'area')} would be replaced."
    moved = sum(old != new for old, new in zip(now[:first], then[:first], strict=True))
    order = f"{moved} of them with a different rank" if moved else "in the same order"
    return f"The first {plural(first, 'area')} would be the same, {order}."


def _order(values: pd.DataFrame, weights: pd.Series) -> list[str]:
    """Codes of the areas that have a score, greatest need first."""
    return [str(code) for code in rank(score(values, weights)).dropna().sort_values().index]


def _present(found: Sequence[Swing]) -> pd.Series:
    return pd.Series({item.criterion.key: item.share for item in found})


def _say_place(made: ScoredAreas, found: Sequence[Swing]) -> None:
    place = made.parameters.place
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    compared, areas = plural(len(found), "criterion", "criteria"), plural(len(made.areas), "area")
    print(f"{mark}{shown(place.name)}: {areas}, compared on {compared}.")


def _shown(found: Sequence[Swing]) -> int:
    for number, item in enumerate(found, start=1):
        print("", *swing_lines(item, number=number), sep="\n")
    return 0


def _asked(path: Path, made: ScoredAreas, found: Sequence[Swing]) -> int:
    if len(found) == 1:
        _shown(found)
        print("\nThere is only one criterion, so no weight can change the order. Nothing was written.")
        return 0
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    try:
        chosen = interview(found, ask=_ask, say=print, show=lambda new: _say_change(made, found, new))
    except Left:
        print("Nothing was written.")
        return 0
    return _written(path, made, found, chosen)


def _say_change(made: ScoredAreas, found: Sequence[Swing], new: Mapping[str, float]) -> None:
    print("", *change_lines(made, found, new), sep="\n")


def _written(path: Path, made: ScoredAreas, found: Sequence[Swing], new: Mapping[str, float]) -> int:
    """Write the weights, and print those that were there before."""
    stated = made.parameters.score.weights
    old = {item.criterion.key: item.weight for item in found}
    if all(abs(weight / MOST - old[key] / max(old.values())) < SAME for key, weight in new.items()):
        print("\nThe plan already has these weights. Nothing was written.")
        return 0
    unasked = [key for key in stated if key not in new]
    write_weights(path, all_weights(found, stated, new))
    print(f"\nWrote the weights to {path}; nothing else in it has changed.")
    if unasked:
        text = f"Not asked about, because your data do not cover them, and kept in proportion: {', '.join(unasked)}."
        print(*wrapped_lines(text), sep="\n")
    print(*wrapped_lines(f"The previous weights were: {'; '.join(weight_lines(stated))}."), sep="\n")
    print(f"Next: connected-place run {path.parent}")
    return 0


def _ask(prompt: str) -> str:
    """A line from the keyboard or a pipe; piped lines are shown, so that the dialogue can be read.

    Raises
    ------
    CommandError
        NO_ANSWER.
    """
    print(prompt, end="", flush=True)
    try:
        text = input() if sys.stdin else None
    except EOFError:
        text = None
    if text is None:
        print()
        raise CommandError(fault("NO_ANSWER"))
    if not sys.stdin.isatty():
        print(shown(text))
    return text
