"""The shortlist in the terminal: which sites, how certain they are, and the effect of rules, phases and budgets."""

from __future__ import annotations

from pathlib import Path

from connected_place.api import open_plan
from connected_place.coverage.covering import Effort, alternatives, cheapest_choice
from connected_place.coverage.plan import Plan
from connected_place.maps.tables import csv_text, plan_tables
from connected_place.scripts.commands.site_tables import (
    alternative_lines,
    curve_lines,
    fewest_lines,
    shortlist_lines,
    statement_lines,
)
from connected_place.scripts.terminal import refuse_foreign_file, replace_file

_CSV_START = "site_id,name,kind,"
"""How such a file begins: no other file is replaced."""


def sites(
    place: Path,
    *,
    others: int = 0,
    fewest: float | None = None,
    samples: int | None = None,
    csv: Path | None = None,
) -> int:
    """Print the shortlist; also write every candidate to a file, if one is named.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    others : int
        Alternatives within 1 % of the best to look for.
    fewest : float or None
        Share of what all candidates reach, in (0, 1]: the fewest and the cheapest sites that reach it.
    samples : int or None
        Draws of weights and costs in place of the plan's.
    csv : Path or None
        File to write.

    Raises
    ------
    CommandError
        NO_PLAN; NOT_OURS or CANNOT_WRITE: the CSV file, which is then as it was.
    ConnectedPlaceError
        What keeps the plan from being made.
    """
    if csv is not None:
        refuse_foreign_file(csv, begins=_CSV_START)
    opened = open_plan(place, progress=True)
    made = (opened if samples is None else opened.with_({"sites.samples": samples})).plan().record
    print(*shortlist_lines(made), sep="\n")
    said = statement_lines(made)
    print("", *(said or []), "", *curve_lines(made), sep="\n")
    if others:
        found = alternatives(
            made.choice.case,
            made.choice.best,
            count=others,
            effort=_effort(made),
        )
        print("", *alternative_lines(made, found), sep="\n")
    if fewest is not None:
        print("", *_fewest(made, fewest), sep="\n")
    if csv is not None:
        table = plan_tables(made)["sites"]
        replace_file(csv, csv_text(table.rows, table.text.columns).encode())
        print(f"\nWrote {len(made.sites):,} candidates to {csv}")
    return 0


def _fewest(made: Plan, share: float) -> list[str]:
    """The set covering problem, with every rule except the budget."""
    case = made.choice.case.without_budget()
    few = cheapest_choice(
        case,
        target_share=share,
        count_sites=True,
        effort=_effort(made),
    )
    cheap = cheapest_choice(case, target_share=share, effort=_effort(made))
    return fewest_lines(made, share, few, cheap)


def _effort(made: Plan) -> Effort:
    """The work that plan.toml allows for one question."""
    rules = made.parameters.sites
    return Effort.limited(work=rules.work_limit, seconds=rules.time_limit_s)
