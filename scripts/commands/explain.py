"""Why a site was or was not chosen, and the smallest change that would reverse that."""

from __future__ import annotations

import difflib
import math
from pathlib import Path

import numpy as np
import pandas as pd

from connected_place.api import open_plan
from connected_place.coverage.covering import Effort
from connected_place.coverage.demand import kept_ids
from connected_place.coverage.plan import Plan
from connected_place.coverage.siting import SmallestChange, amount_text, smallest_change
from connected_place.gis_data.errors import CommandError, Fault, fault
from connected_place.maps.numerals import money_text, percent_text, shown
from connected_place.scripts.terminal import table_lines, wrapped_lines

NAMES_SHOWN = 5


def explain(place: Path, wanted: str) -> int:
    """Print why a site was or was not chosen.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    wanted : str
        Id of a candidate in any of its lists, or its name where no other has it.

    Raises
    ------
    CommandError
        NO_PLAN, NO_SITE, NAME_TWICE.
    ConnectedPlaceError
        What keeps the plan from being made.
    """
    opened = open_plan(place, progress=True)
    site = site_named(opened.take("demand").demand.candidates, wanted)
    made = opened.plan().record
    print(*explain_lines(made, site), sep="\n")
    return 0


def site_named(candidates: pd.DataFrame, wanted: str) -> str:
    """Id of the candidate with that id or name.

    Parameters
    ----------
    candidates : DataFrame indexed by `site_id`
        `name`, `other_ids`.
    wanted : str

    Raises
    ------
    CommandError
        NO_SITE, with the nearest ones; NAME_TWICE, with their ids.
    """
    if wanted in candidates.index:
        return wanted
    kept = kept_ids(candidates).get(wanted)
    if kept is not None:
        return kept
    names = candidates["name"].map(lambda name: shown(name).casefold())
    same = candidates.index[names == wanted.strip().casefold()]
    if len(same) == 1:
        return str(same[0])
    if len(same) > 1:
        ids = ", ".join(map(str, same[:NAMES_SHOWN]))
        raise CommandError(fault("NAME_TWICE", value=wanted, count=len(same), ids=ids))
    raise CommandError(_no_site(candidates, wanted, names.to_list()))


def explain_lines(made: Plan, site: str) -> list[str]:
    """The site, why it was or was not chosen, and what would change that."""
    row, position = made.sites.loc[site], int(made.sites.index.get_loc(site))
    rules = made.parameters.sites
    found = smallest_change(
        made.choice.last_case,
        made.choice.choice,
        position,
        effort=Effort.limited(work=rules.work_limit, seconds=rules.time_limit_s),
    )
    mark = "Illustrative: invented data, not a real place. " if made.parameters.place.illustrative else ""
    share = row["chosen_share"]
    often = "" if math.isnan(share) else f" Chosen in {100 * share:.0f} % of the random draws of weights and costs."
    head = "What would get it dropped" if found.is_chosen else "What would get it chosen"
    kept = " (sites of earlier phases are taken as settled)" if len(made.choice.phases) > 1 else ""
    return [
        *wrapped_lines(f"{mark}{shown(row['name'])} ({site}), {row['kind']}, {shown(row['ward_name'])}"),
        *wrapped_lines(f"{row['reason']}{often}"),
        "",
        *wrapped_lines(f"{head}, with all else unchanged{kept}:"),
        *_changes(made, found),
    ]


def _changes(made: Plan, found: SmallestChange) -> list[str]:
    site, unit = made.sites.index[found.site], made.parameters.counted_unit
    cost = float(made.choice.costs["capex_gbp"].to_numpy()[found.site])
    say = (_drop_words if found.is_chosen else _choose_words)(made, found, str(site), cost, unit)
    lines: list[str] = []
    for head, text in say:
        first, *rest = wrapped_lines(text, indent=9)
        lines += [f"{head:9}{first.strip()}", *rest]
    return [*lines, *_moved(made, found)]


def _choose_words(made: Plan, found: SmallestChange, site: str, cost: float, unit: str) -> list[tuple[str, str]]:
    terms, said = made.choice.last_case.terms, []
    if terms.lock_out[found.site]:
        out = "it would be chosen" if found.is_chosen_freely else "it would still not be chosen"
        said.append(("rule", f"A rule leaves it out (sites.lock_out or worst_backhaul); without the rule, {out}."))
    if math.isnan(found.cost_gbp):
        said.append(("cost", "No lower cost would do it, even £0."))
    else:
        said.append(("cost", f"£{found.cost_gbp:,.2f} or less, instead of £{cost:,.2f}."))
    if math.isnan(found.demand):
        said.append(("demand", "No single figure: rules about shares of the demand depend on where the demand is."))
    else:
        said.append(("demand", f"More than {found.demand:,.2f} further {unit} that no other candidate reaches."))
    return [*said, ("lock", _lock_words(made, found, f'lock_in = ["{site}"]', unit))]


def _drop_words(made: Plan, found: SmallestChange, site: str, cost: float, unit: str) -> list[tuple[str, str]]:
    said = []
    if made.choice.last_case.terms.lock_in[found.site] and not found.is_chosen_freely:
        return _locked_in_words(made, found, site, cost, unit)
    if made.choice.last_case.terms.lock_in[found.site]:
        said.append(("rule", "It is locked in, or belongs to an earlier phase; it would be chosen without that too."))
    if found.cost_gbp * 100 >= made.choice.case.terms.budget_pence or math.isnan(found.cost_gbp):
        said.append(("cost", "No higher cost within the budget would do it."))
    else:
        said.append(("cost", f"More than £{found.cost_gbp:,.2f}, instead of £{cost:,.2f}."))
    if math.isnan(found.demand):
        said.append(
            ("demand", "No loss of the demand that it alone covers would do it, or it depends on where that demand is.")
        )
    else:
        said.append(("demand", f"The loss of more than {found.demand:,.2f} of the {unit} that it alone covers."))
    return [*said, ("lock", _lock_words(made, found, f'lock_out = ["{site}"]', unit))]


def _locked_in_words(made: Plan, found: SmallestChange, site: str, cost: float, unit: str) -> list[tuple[str, str]]:
    """For a site that only its lock chooses: what would choose it without the lock."""
    if math.isnan(found.cost_gbp):
        choosing = "Without the lock no cost would choose it, not even none."
    else:
        choosing = f"Without the lock it would be chosen at £{found.cost_gbp:,.2f} or less, in place of £{cost:,.2f}."
    said = [("rule", "Only the lock, or an earlier phase, holds it: without that it would not be chosen.")]
    said.append(("cost", choosing))
    if not math.isnan(found.demand):
        gain = f"{found.demand:,.2f} {unit} besides, that no other candidate reaches"
        said.append(("demand", f"Without the lock it would take more than {gain}."))
    return [*said, ("lock", _lock_words(made, found, f'lock_out = ["{site}"]', unit))]


def _lock_words(made: Plan, found: SmallestChange, lock: str, unit: str) -> str:
    if found.other is None:
        return f"{lock} is not possible: no choice would then meet the budget and the other rules."
    value, spent = made.choice.choice.value, _spent(made, found.other.chosen)
    change = (
        f"lose {amount_text(found.loss)} {unit} ({percent_text(found.loss / value) if value else '0.0 %'})"
        if found.loss > 1e-9
        else "lose nothing"
        if found.loss > -1e-9
        else f"gain {amount_text(-found.loss)} {unit}"
    )
    return f"{lock} would {change}, for {money_text(spent)} of the {money_text(made.shortlist.budget_gbp)} budget."


def _moved(made: Plan, found: SmallestChange) -> list[str]:
    """The sites that the lock would bring in and push out."""
    if found.other is None:
        return []
    now, then = made.choice.choice.chosen, found.other.chosen
    rows = [
        (way, site, made.sites["name"][site], made.sites["ward_name"][site], money_text(made.sites["capex_gbp"][site]))
        for way, flags in (("in", then & ~now), ("out", now & ~then))
        for site in made.sites.index[flags]
    ]
    return [
        "",
        "The lock would change these sites",
        *table_lines(["", "site", "name", "ward", "cost"], rows, numbers=(4,)),
    ]


def _spent(made: Plan, chosen: np.ndarray) -> float:
    return float(made.choice.costs["capex_gbp"].to_numpy()[chosen].sum())


def _no_site(candidates: pd.DataFrame, wanted: str, names: list[str]) -> Fault:
    ids = [str(site) for site in candidates.index]
    near = difflib.get_close_matches(wanted, ids, n=3)
    near += [
        f"{shown(candidates['name'].iloc[names.index(name)])} ({ids[names.index(name)]})"
        for name in difflib.get_close_matches(wanted.casefold(), names, n=3)
    ]
    if near:
        return fault("NO_SITE.near", value=wanted, nearest=", ".join(near[:NAMES_SHOWN]))
    return fault("NO_SITE.list", value=wanted)
