"""Ids in plan.toml of venues that several lists have: any list's id means the one candidate."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from connected_place.coverage.demand.same_venues import BETWEEN
from connected_place.coverage.parameters import Parameters


def kept_ids(candidates: pd.DataFrame) -> dict[str, str]:
    """The candidate's id for each id that another list gives the same venue.

    Parameters
    ----------
    candidates : DataFrame indexed by `site_id`
        `other_ids`, as `once_each` gives them.

    Examples
    --------
    >>> kept_ids(pd.DataFrame({"other_ids": ["A1; B1", ""]}, index=["libraries:L1", "A2"]))
    {'A1': 'libraries:L1', 'B1': 'libraries:L1'}
    """
    several = candidates["other_ids"][candidates["other_ids"] != ""]
    found = {other: str(site) for site, others in several.items() for other in others.split(BETWEEN)}
    return {other: site for other, site in found.items() if other not in candidates.index}


def with_kept_ids(parameters: Parameters, candidates: pd.DataFrame) -> Parameters:
    """The parameters with the candidate's own id wherever plan.toml names a site by another list's.

    Where both ids are given a funding model or a reason, what is written for the candidate's own counts.

    Parameters
    ----------
    parameters : Parameters
    candidates : DataFrame indexed by `site_id`
        As `kept_ids` takes them.
    """
    ids = kept_ids(candidates)
    if not ids:
        return parameters

    def kept(sites: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ids.get(site, site) for site in sites))

    def by_kept(words: dict[str, str]) -> dict[str, str]:
        return {ids.get(site, site): text for site, text in words.items()} | {
            site: text for site, text in words.items() if site not in ids
        }

    rules, paid = parameters.sites, parameters.funding
    return replace(
        parameters,
        sites=replace(
            rules,
            on_wan=kept(rules.on_wan),
            lock_in=kept(rules.lock_in),
            lock_out=kept(rules.lock_out),
            lock_out_reason=by_kept(dict(rules.lock_out_reason)),
        ),
        funding=replace(
            paid,
            by_site=by_kept(dict(paid.by_site)),
            enterprise=tuple(replace(item, sites=kept(item.sites)) for item in paid.enterprise),
        ),
    )
