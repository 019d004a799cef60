"""The figures of a plan: gaps of the place and its wards, the shortlist, and each proposed site."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

import pandas as pd

from connected_place.coverage.gaps import TIERS
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.plan import Plan
from connected_place.gis_data.readers import VENUE_SOURCES
from connected_place.maps.figures.figure import COUNTED, ESTIMATED, MODELLED, STATED, Figure, Rows, parameter_value
from connected_place.maps.figures.rows import (
    denominator_rows,
    place_rows,
    reach_rows,
    tier_columns,
    unit_rows,
    venue_rows,
    whole_files,
)
from connected_place.maps.numerals import count_text, money_text, percent_text, share_text, shown, speed_text
from connected_place.maps.words import statements

BOROUGH = "borough"
WIFI_RULES = ("wifi", "score.weights", "demand", "place.areas", "gaps.headline")
"""What the demand and the reach depend on, tables of plan.toml."""


def plan_figures(plan: Plan) -> dict[str, Figure]:
    """Every figure of a plan by its id, but those of its business case.

    Ids are `gap.borough.<what>`, `gap.ward.<code>.<what>`, `shortlist.<what>`, `site.<site id>.<what>`,
    `supply.<what>` and `parameter.<key>`.
    """
    found = [*gap_figures(plan), *need_figures(plan), *supply_figures(plan)]
    money = site_figures(plan)
    found += [*money, *shortlist_figures(plan, money)]
    return {figure.id: figure for figure in found}


def reported_tiers(plan: Plan) -> tuple[str, ...]:
    """Tiers of which the coverage file says something, the headline first."""
    headline = plan.parameters.gaps.headline
    known = [key for key in TIERS if pd.notna(plan.borough.get(f"{key}_gap"))]
    return tuple(dict.fromkeys([headline, *known]))


# --- gaps ----------------------------------------------------------------------------------------------------


def gap_figures(plan: Plan) -> Iterable[Figure]:
    """Premises, gap, its share and what is not reported, for the place and each ward."""
    places = place_rows(plan)
    tiers = reported_tiers(plan)
    name = shown(plan.parameters.place.name)
    source = str(plan.wards["premises_source"].iloc[0]) if len(plan.wards) else ""
    yield from _gaps_of(plan, BOROUGH, plan.borough, name=name, source=source, places=places, tiers=tiers)
    for code, row in zip(plan.wards.index, plan.wards.to_dict("records"), strict=True):
        named = shown(row["area_name"])
        yield from _gaps_of(plan, str(code), row, name=named, source=source, places=places, tiers=tiers)


def _gaps_of(
    plan: Plan,
    code: str,
    row: Mapping[str, object] | pd.Series,
    *,
    name: str,
    source: str,
    places: tuple[Rows, ...],
    tiers: tuple[str, ...],
) -> Iterable[Figure]:
    stem = f"gap.{BOROUGH}" if code == BOROUGH else f"gap.ward.{code}"
    cell = "" if code == BOROUGH else f"wards.csv/{code}/"
    estimated = statements.is_estimate(source)
    confidence = ESTIMATED if estimated else COUNTED
    weights = denominator_rows(plan, source)
    premises = _count(
        f"{stem}.premises",
        row["premises"],
        words=f"{statements.PREMISES} in {name}",
        formula=f"Sum over the {_units(plan)} of their premises ({source}).",
        rows=(*unit_rows(plan, code, columns=("premises", "connections"), name=name, part="premises"),
              *weights, *places),
        is_estimate=estimated,
        confidence=confidence,
        cell=cell and f"{cell}premises",
    )  # fmt: skip
    yield premises
    for tier in tiers:
        speed = speed_text(tier)
        rows = unit_rows(plan, code, columns=("premises", *tier_columns(plan, tier)), name=name, part=tier)
        gap = _count(
            f"{stem}.{tier}",
            row[f"{tier}_gap"],
            words=f"{statements.PREMISES} in {name} that cannot get {speed}",
            formula=f"Sum over the {_units(plan)} of premises less those that can get {speed}.",
            rows=(*rows, *weights, *places),
            is_estimate=estimated,
            confidence=confidence,
            cell=cell and f"{cell}{tier}_gap",
        )
        yield gap
        yield Figure(
            id=f"{stem}.{tier}_share",
            value=float(row[f"{tier}_gap_share"]),  # type: ignore[arg-type]
            unit="share",
            text=percent_text(float(row[f"{tier}_gap_share"])),  # type: ignore[arg-type]
            words=f"Share of the {statements.PREMISES} in {name} that cannot get {speed}",
            formula="The gap over all premises: a sum over a sum, never a mean of percentages.",
            figures=(gap, premises),
            is_estimate=estimated,
            confidence=confidence,
            cell=cell and f"{cell}{tier}_gap_share",
        )
        yield _count(
            f"{stem}.{tier}_have",
            row[f"{tier}_have"],
            words=f"{statements.PREMISES} in {name} that can get {speed}",
            formula=f"Sum over the {_units(plan)} of premises that can get {speed}.",
            rows=(*rows, *weights, *places),
            is_estimate=estimated,
            confidence=confidence,
            cell=cell and f"{cell}{tier}_have",
        )
        yield _count(
            f"{stem}.{tier}_not_reported",
            row[f"{tier}_not_reported"],
            words=f"{statements.PREMISES} in {name} of which nobody reports whether they can get {speed}",
            formula=f"Premises of the {_units(plan)} without a figure, and households of those without a row.",
            rows=(*rows, *whole_files(plan, ["households"], name="households", words="Households by area"), *places),
            is_estimate=estimated,
            confidence=confidence,
            cell=cell and f"{cell}{tier}_not_reported",
        )


def _units(plan: Plan) -> str:
    return plan.reporting.units


def _count(name: str, value: object, **rest: object) -> Figure:
    number = float(value)  # type: ignore[arg-type]
    return Figure(id=name, value=number, unit="premises", text=count_text(number), **rest)  # type: ignore[arg-type]


# --- need ----------------------------------------------------------------------------------------------------


def need_figures(plan: Plan) -> Iterable[Figure]:
    """Score, rank and the range of the rank of each ward."""
    everything = (*_everything(plan),)
    for code, row in zip(plan.wards.index, plan.wards.to_dict("records"), strict=True):
        name, stem, cell = shown(row["area_name"]), f"need.ward.{code}", f"wards.csv/{code}"
        score = Figure(
            id=f"{stem}.score",
            value=float(row["score"]),
            unit="points of 100",
            text=f"{row['score']:.1f}",
            words=f"Score of need of {name}",
            formula="100 x sum of weight x value of each criterion, over the weights of what is known.",
            rows=everything,
            parameters=("score.weights", "gaps.headline"),
            confidence="calculated; how sure it is stands beside it as a range",
            cell=f"{cell}/score",
        )
        yield score
        for column, words in (
            ("rank", "Rank by need"),
            ("rank_low", "Best rank in nine cases of ten"),
            ("rank_high", "Worst rank in nine cases of ten"),
        ):
            known = pd.notna(row[column])
            yield Figure(
                id=f"{stem}.{column}",
                value=float(row[column]),
                text=f"{row[column]:.0f}" if known else "not ranked",
                words=f"{words} of {name} among the wards",
                formula="Order of the scores, 1 the most need; the range when weights and unsure values are varied.",
                figures=(score,),
                parameters=("score.weights", "score.samples", "score.seed"),
                cell=f"{cell}/{column}",
            )


def _everything(plan: Plan) -> tuple[Rows, ...]:
    """The rows that demand, need and reach stand on."""
    columns = ("premises", *tier_columns(plan, plan.parameters.gaps.headline))
    name = shown(plan.parameters.place.name)
    coverage = unit_rows(plan, BOROUGH, columns=columns, name=name, part=plan.parameters.gaps.headline)
    return (*coverage, *reach_rows(plan), *place_rows(plan))


# --- existing Wi-Fi ------------------------------------------------------------------------------------------


def supply_figures(plan: Plan) -> Iterable[Figure]:
    """Places with public Wi-Fi, in the whole and free ones."""
    rows = whole_files(plan, ["public-wifi"], name="public-wifi", words="Every place with public Wi-Fi")
    if not rows:
        return
    spots = plan.access_points
    is_free = spots["access"].astype("str").str.casefold() == "free" if len(spots) else pd.Series(dtype=bool)
    for key, value, words in (
        ("places", len(spots), "Places with public Wi-Fi today"),
        ("free", int(is_free.sum()), "Of them, free to use"),
    ):
        yield Figure(
            id=f"supply.{key}",
            value=float(value),
            unit="places",
            text=count_text(value),
            words=words,
            formula="Count of the rows of the list that lie in the place.",
            rows=rows,
            confidence="counted: as the council lists them",
        )


# --- sites ---------------------------------------------------------------------------------------------------


def site_figures(plan: Plan) -> list[Figure]:
    """What each proposed site costs, reaches and where it stands."""
    chosen = plan.sites[plan.sites["selected"].astype(bool)].sort_values("rank")
    everything = _everything(plan)
    found: list[Figure] = []
    for site_id, row in zip(chosen.index, chosen.drop(columns="geometry").to_dict("records"), strict=True):
        found += _site(plan, str(site_id), row, everything)
    return found


def _site(plan: Plan, site_id: str, row: Mapping[str, object], everything: tuple[Rows, ...]) -> Iterable[Figure]:
    rules, name = plan.parameters, shown(row["name"])
    here = venue_rows(plan, site_id, name)
    kind = str(row["kind"])
    unit = rules.demand.unit

    def figure(column: str, text: str, words: str, formula: str, **rest: object) -> Figure:
        return Figure(
            id=f"site.{site_id}.{column}",
            value=float(row[column]),  # type: ignore[arg-type]
            text=text,
            words=f"{words}: {name}",
            formula=formula,
            cell=f"sites.csv/{site_id}/{column}",
            **rest,  # type: ignore[arg-type]
        )

    def number(column: str) -> float:
        return float(row[column])  # type: ignore[arg-type]

    for column, words, table, extra in (
        ("capex_gbp", "Capital cost", "sites.capex_gbp", _line_cost(row)),
        ("opex_gbp_per_year", "Running cost a year", "sites.opex_gbp_per_year", ()),
    ):
        costs = rules.sites.capex_gbp if column == "capex_gbp" else rules.sites.opex_gbp_per_year
        key = f"{table}.{kind if kind in costs else 'other'}"
        plus = f", and of its line by {extra[0]}" if extra else ""
        yield figure(
            column,
            money_text(number(column)),
            words,
            f'Cost of the kind "{shown(kind)}" by {key}{plus}.',
            unit="£",
            rows=here,
            parameters=(key, *extra),
            confidence=STATED,
        )
    for column, text, words, formula in (
        (
            "demand_added",
            f"{number('demand_added'):,.1f}",
            "Demand that it adds to the sites ranked before it",
            f"Sum over demand points of chance of reach x demand, beyond the sites before it; in {unit}.",
        ),
        (
            "demand_covered",
            f"{number('demand_covered'):,.1f}",
            "Demand within its reach",
            f"Sum over demand points of chance of reach x demand; in {unit}.",
        ),
        (
            "premises_outdoors",
            count_text(number("premises_outdoors")),
            "Homes and businesses whose street it is expected to reach",
            "Sum over postcodes of chance of reach x premises.",
        ),
    ):
        yield figure(
            column,
            text,
            words,
            formula,
            unit=unit if column != "premises_outdoors" else "premises",
            rows=(*here, *everything),
            parameters=WIFI_RULES,
            is_estimate=True,
            confidence=MODELLED,
        )
    for column, text, words, formula in (
        (
            "loss_without",
            _number_text(number("loss_without")),
            "Demand that is lost without it",
            f"Demand reached less what the best choice without it reaches; in {unit}.",
        ),
        (
            "chosen_share",
            percent_text(number("chosen_share")) if pd.notna(row["chosen_share"]) else "not tried",
            "How often it is chosen when weights and costs are drawn",
            "Samples in which it is chosen over those that were solved.",
        ),
    ):
        yield figure(
            column,
            text,
            words,
            formula,
            rows=(*here, *everything),
            parameters=(*WIFI_RULES, "sites"),
            is_estimate=True,
            confidence=MODELLED,
        )
    position = (*here, *whole_files(plan, ["postcodes"], name="postcodes", words="Postcodes with their positions"))
    for column in ("easting", "northing"):
        yield figure(
            column,
            f"{number(column):.0f}",
            f"{column.capitalize()}, British National Grid, metres",
            "As the file of venues has it, or its postcode's point.",
            unit="m",
            rows=position,
            confidence="stated by the file of venues",
        )


def _number_text(number: float) -> str:
    return "not known" if pd.isna(number) else f"{number:,.1f}"


def _line_cost(row: Mapping[str, object]) -> tuple[str, ...]:
    """The key of plan.toml for the cost of a site's line: C for a hop, D where nothing is known."""
    is_hop = pd.notna(row.get("backhaul_hop_m"))
    return (f"sites.backhaul_gbp.{'C' if is_hop else row['backhaul_class'] or 'D'}",)


def shortlist_figures(plan: Plan, sites: Iterable[Figure]) -> Iterable[Figure]:
    """What the proposed sites cost and reach together, and each one's share of the investment."""
    found, place = plan.shortlist, plan.parameters
    everything = _everything(plan)
    capital = [figure for figure in sites if figure.id.endswith(".capex_gbp")]
    running = [figure for figure in sites if figure.id.endswith(".opex_gbp_per_year")]
    venues = whole_files(plan, _venue_kinds(plan), name="venues", words="Every candidate")
    base = {"rows": (*venues, *everything), "parameters": (*WIFI_RULES, "sites"), "confidence": MODELLED}
    budget = parameter_figure(place, "sites.budget_gbp", money_text(found.budget_gbp), "Capital budget")
    spent = _sum("shortlist.spent_gbp", "Capital of the proposed sites", capital, found.spent_gbp)
    yield budget
    yield spent
    yield _sum(
        "shortlist.opex_gbp_per_year",
        "Running cost a year of the proposed sites",
        running,
        float(sum(float(figure.value) for figure in running)),
    )
    yield from (_share(plan, figure, spent) for figure in capital)
    for key, value, words in (
        ("sites", len(capital), "Proposed sites"),
        ("candidates", len(plan.sites), "Candidates that were compared"),
    ):
        yield Figure(
            id=f"shortlist.{key}",
            value=float(value),
            unit="sites",
            text=count_text(value),
            words=words,
            formula="Count of the rows of sites.csv" + ("." if key == "candidates" else " that are selected."),
            **base,  # type: ignore[arg-type]
        )
    total = Figure(
        id="shortlist.demand_total",
        value=found.demand_total,
        unit=place.demand.unit,
        text=f"{found.demand_total:,.0f}",
        words=f"All {statements.demand_words(place)} that free Wi-Fi does not serve yet",
        formula="Sum over demand points of premises x need, less what existing free Wi-Fi reaches.",
        is_estimate=True,
        **base,  # type: ignore[arg-type]
    )
    covered = dataclasses.replace(
        total,
        id="shortlist.demand_covered",
        value=found.demand_covered,
        text=f"{found.demand_covered:,.0f}",
        words=f"The {statements.demand_words(place)} that the proposed sites are expected to reach",
        formula="Sum of what each site adds to those ranked before it.",
        figures=tuple(figure for figure in sites if figure.id.endswith(".demand_added")),
    )
    yield from (total, covered)
    yield Figure(
        id="shortlist.demand_share",
        value=found.demand_covered / found.demand_total if found.demand_total else float("nan"),
        unit="share",
        text=share_text(found.demand_covered, found.demand_total),
        words=f"Share of the {statements.demand_words(place)} within reach of the proposed sites",
        formula="Demand reached over all demand.",
        figures=(covered, total),
        is_estimate=True,
        confidence=MODELLED,
    )
    for key, words in (
        ("premises_total", f"{statements.PREMISES} at the demand points"),
        ("premises_covered", f"{statements.PREMISES} expected within reach on the street, least"),
        ("premises_covered_high", f"{statements.PREMISES} expected within reach on the street, most"),
        ("points_covered", "Postcodes that are covered with the stated chance"),
        ("points_total", "Postcodes"),
    ):
        number = float(getattr(found, key))
        yield Figure(
            id=f"shortlist.{key}",
            value=number,
            unit="premises" if key.startswith("premises") else "postcodes",
            text=count_text(number),
            words=words,
            formula="Sum over postcodes of chance of reach x premises; least and most as chances overlap."
            if key.startswith("premises")
            else "Count of the postcodes.",
            is_estimate=key != "points_total",
            **base,  # type: ignore[arg-type]
        )


def _venue_kinds(plan: Plan) -> tuple[str, ...]:
    return tuple(kind for kind in VENUE_SOURCES if any(item.source == kind for item in plan.provenance))


def _sum(name: str, words: str, parts: list[Figure], value: float) -> Figure:
    return Figure(
        id=name,
        value=value,
        unit="£",
        text=money_text(value),
        words=words,
        formula=f"Sum over the {len(parts)} proposed sites.",
        figures=tuple(parts),
        confidence=STATED,
    )


def _share(plan: Plan, capital: Figure, spent: Figure) -> Figure:
    site_id = capital.id.removeprefix("site.").removesuffix(".capex_gbp")
    value = float(plan.sites.loc[site_id, "share_of_investment_pct"])
    return Figure(
        id=f"site.{site_id}.share_of_investment_pct",
        value=value,
        unit="%",
        text=f"{value:.1f} %",
        words=capital.words.replace("Capital cost", "Share of the investment"),
        formula="Its capital over that of all proposed sites, rounded so that all sum to exactly 100.0 %.",
        figures=(capital, spent),
        confidence=STATED,
        cell=f"sites.csv/{site_id}/share_of_investment_pct",
    )


def parameter_figure(parameters: Parameters, key: str, text: str, words: str) -> Figure:
    """A number that plan.toml states, or the default that stands for it."""
    value = parameter_value(parameters, key)
    return Figure(
        id=f"parameter.{key}",
        value=float(value) if isinstance(value, int | float) else str(value),
        text=text,
        words=words,
        formula=f"As stated: {key} of plan.toml, or its default.",
        parameters=(key,),
        confidence=STATED,
    )
