"""docs/use.md: what users a day rest on, by the facts and the model; run it after a change, which a test checks.

Run with: python -m connected_place.scripts.docs.use_page
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from connected_place.coverage.parameters import Use
from connected_place.coverage.use import overstatement, predicted_town, published_use, site_use

USE_PAGE = Path(__file__).resolve().parents[2] / "docs" / "use.md"
_HEAD = """# What users a day rest on

Made from `coverage/use` by `python -m connected_place.scripts.docs.use_page`; do not edit. How it is calculated is in
[methods.md](methods.md), every default in [parameters.md](parameters.md).
"""
_SEED = 1
_NUMBERS = ["users_per_day", "users_median", "users_low", "users_high"]


def use_page() -> str:
    """The page as Markdown."""
    return "\n".join([_HEAD, *_outcomes(), *_kinds(), *_left_out(), *_best_of_many()])


def _outcomes() -> Iterator[str]:
    facts = published_use()
    yield "## What was published\n"
    yield from _table(
        ["place", "users a day", "when", "stated", "hosts", "access points", "area", "source"],
        (
            (
                item.place,
                f"{item.users_per_day:,.0f}",
                item.when,
                item.stated,
                item.hosts,
                _or_not_known(item.access_points),
                _or_not_known(item.area_km2),
                item.source,
            )
            for item in facts.outcomes
        ),
    )
    yield (
        f"\nWhere a scheme does not state its access points, {facts.town_access_points:g} are assumed, within a factor "
        f"of {facts.town_access_points_factor:g} ({facts.town_source}).\n"
    )


def _kinds() -> Iterator[str]:
    facts, rules = published_use(), Use()
    sites = pd.DataFrame({"kind": list(rules.users_per_day)}, index=list(rules.users_per_day))
    usual = sites["kind"].map(dict(rules.usual_hours)).fillna(rules.usual_hours["other"])
    surest = site_use(
        sites,
        footfall_index=pd.Series(rules.footfall_at, index=sites.index),
        access_points=pd.Series(1.0, index=sites.index),
        hours=usual,
        mobile=pd.Series(0.0, index=sites.index),
        rules=rules,
        seed=_SEED,
    ).frame
    least_sure = site_use(sites, rules=rules, seed=_SEED).frame
    yield "## Users a day by kind, without any log\n"
    yield from _table(
        ["kind", "mean", "median", "80 % band", "80 % band, nothing else known", "sessions in Paris, all sites = 1"],
        (
            (
                kind,
                f"{mean:.0f}",
                f"{median:.1f}",
                f"{low:.1f} to {high:.0f}",
                f"{lowest:.1f} to {highest:.0f}",
                f"{facts.ratio_by_kind[kind]:.2f}" if kind in facts.ratio_by_kind else "not known",
            )
            for kind, (mean, median, low, high), (lowest, highest) in zip(
                rules.users_per_day, surest[_NUMBERS].to_numpy(), least_sure[_NUMBERS[2:]].to_numpy(), strict=True
            )
        ),
    )
    yield f"\nOne access point, middling footfall, usual hours, good mobile signal. Paris: {facts.paris_source}.\n"


def _left_out() -> Iterator[str]:
    yield "## Each UK scheme predicted from the others\n"
    for place in [item.place for item in published_use().outcomes]:
        yield f"- {predicted_town(place, rules=Use()).words}"
    yield "\nFrom schemes with the same hosts and network alone:\n"
    for place in ("Harrogate", "Catterick"):
        yield f"- {predicted_town(place, rules=Use(), same_hosts=True).words}"


def _best_of_many() -> Iterator[str]:
    yield "\n## The best 10 of 100 sites, chosen by logs\n"
    found = {days: overstatement(Use(), candidates=100, chosen=10, days=days, seed=_SEED) for days in (1, 7, 30, 365)}
    yield from _table(
        ["days of logs", "overstated, each log taken at its word", "overstated, weighed against the prior"],
        ((f"{days}", f"{item.as_measured:.1f} times", f"{item.shrunk:.1f} times") for days, item in found.items()),
    )
    yield ""


def _or_not_known(value: float | None) -> str:
    return "not known" if value is None else f"{value:g}"


def _table(columns: list[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _main() -> int:
    """Write the page."""
    USE_PAGE.write_text(use_page(), encoding="utf-8", newline="")
    print(f"Wrote {USE_PAGE.name}: {len(published_use().outcomes)} outcomes.")
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
