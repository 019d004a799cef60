"""Maps of places: existing Wi-Fi, clusters of unserved premises, backhaul of candidates, and the proposal."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from connected_place.coverage.plan import Plan
from connected_place.gis_data.crs import coordinates
from connected_place.maps.gis import reach_areas, reach_words
from connected_place.maps.numerals import count_text, money_text, plural, share_text, speed_text
from connected_place.maps.pictures.ground import Ground, boxes_around, lay_ground, shapes_of, ward_labels, ward_lines
from connected_place.maps.pictures.label_places import label_places
from connected_place.maps.pictures.letters import printable
from connected_place.maps.pictures.map_sheet import INK, SMALL_PT, Draft, Key, map_sheet
from connected_place.maps.signs import BACKHAUL, CANDIDATE, CLUSTER_COLOUR, REACH_COLOUR, WIFI, Sign, phase_sign
from connected_place.maps.words import gap_statements, statements

RING = Sign("o", "none", "proposed")
SITE_PT = 11.0
"""Width of a site's symbol on paper: room for a two-digit number that is readable in print."""

MOST_NUMBERS = 80
"""With more sites than this, symbols have no numbers: the table gives the order."""


def supply_map(plan: Plan, land: Ground) -> Draft | None:
    """Existing public Wi-Fi, or nothing if no list was given: not known does not mean none."""
    if not any(item.source == "public-wifi" for item in plan.provenance):
        return None
    spots, title = plan.access_points, "Existing public Wi-Fi"
    counts = {access: int((spots["access"] == access).sum()) for access in WIFI}
    told = [f"{count:,} {WIFI[access].words}" for access, count in counts.items() if count]
    with_some = plan.wards.index.isin(spots["ward_code"])
    without = [printable(name) for name in plan.wards["area_name"][~with_some]]
    finding = (
        f"The list names {plural(len(spots), 'place')} with public Wi-Fi ({', '.join(told) or 'none'}), in "
        f"{int(with_some.sum()):,} of {plural(len(with_some), 'ward')}."
    )

    def draw(number: int) -> Figure:
        sources = ("public-wifi", "ons-boundaries")
        figure, axes, key = map_sheet(plan, number, title=title, finding=finding, sources=sources, width_m=land.width_m)
        _plain(axes, land, taken_pt=boxes_around(land.on_paper(coordinates(spots.geometry)), 6))
        key.heading("Public Wi-Fi on the list")
        for access, sign in WIFI.items():
            _signs(axes, spots[spots["access"] == access], sign, size=6)
            if counts[access]:
                key.marker(f"{sign.words} ({counts[access]:,})", sign, size=6)
        key.line("ward", INK, width=0.7)
        key.text("Only places on the list are shown; others may have Wi-Fi that is not listed.")
        return figure

    none = f" No places are listed in {_some(without)}." if without else ""
    return Draft(name="existing_wifi", title=title, alt=f"{finding}{none}", draw=draw)


def cluster_map(plan: Plan, land: Ground) -> Draft:
    """Clusters of premises without the headline speed."""
    clusters, tier = plan.clusters.frame, plan.parameters.gaps.headline
    title = f"Clusters of premises without {speed_text(tier)}"
    finding = statements.clusters_sentence(plan)
    named = [
        f"{code} {printable(row['name'], 40)}: {count_text(row['gap'])} of {count_text(row['premises'])}"
        for code, row in clusters.iterrows()
    ]

    def draw(number: int) -> Figure:
        sources = ("ofcom-fixed-coverage", "bduk-premises", "postcodes", "ons-boundaries")
        figure, axes, key = map_sheet(plan, number, title=title, finding=finding, sources=sources, width_m=land.width_m)
        places = land.on_paper(coordinates(clusters.geometry.representative_point()))
        names = label_places(places, np.full((len(places), 2), (18.0, 11.0)), taken=_boxes(clusters, land), beside=True)
        _plain(axes, land, taken_pt=np.vstack([boxes_around(names, 18), _boxes(clusters, land)]))
        shapes = PathCollection(
            shapes_of(clusters, land),
            facecolors=CLUSTER_COLOUR,
            alpha=0.35,
            edgecolors=CLUSTER_COLOUR,
            linewidths=1.2,
            zorder=5,
        )
        axes.add_collection(shapes, autolim=False)
        for code, place, at in zip(clusters.index, land.on_ground(places), land.on_ground(names), strict=True):
            axes.plot(*np.column_stack([place, at]), color=CLUSTER_COLOUR, linewidth=0.8, zorder=28)
            axes.text(
                at[0], at[1], str(code), fontsize=7, weight="bold", color="white", ha="center", va="center", zorder=30,
                bbox={"facecolor": CLUSTER_COLOUR, "edgecolor": "white", "linewidth": 0.4, "pad": 1.4},
            )  # fmt: skip
        key.heading("Clusters, largest gap first")
        key.fill("outline of a cluster", "#dca6c1", edge=CLUSTER_COLOUR)
        key.line("ward", INK, width=0.7)
        key.text(
            f"{gap_statements.short_counted(plan.reporting).capitalize()} without the speed, out of all in the cluster:"
        )
        _lines(key, named, rest="cluster", where="clusters.csv")
        return figure

    first = f" The largest: {'; '.join(named[:3])}." if named else ""
    return Draft(name="clusters", title=title, alt=f"{finding}{first}", draw=draw)


def backhaul_map(plan: Plan, land: Ground) -> Draft:
    """Class of the line that each candidate could get."""
    sites, title = plan.sites, "Candidates by class of backhaul"
    of_class = sites["backhaul_class"].where(sites["backhaul_class"].isin(list(BACKHAUL)), "")
    counts = {name: int((of_class == name).sum()) for name in BACKHAUL}
    finding = (
        f"{counts['A']:,} of {plural(len(sites), 'candidate')} ({share_text(counts['A'], len(sites))}) are in class A, "
        f"on the council's own network or with gigabit at their postcode; {counts['']:,} are not reported."
    )

    def draw(number: int) -> Figure:
        sources = ("venues", "ofcom-fixed-coverage", "postcodes", "ons-boundaries")
        figure, axes, key = map_sheet(plan, number, title=title, finding=finding, sources=sources, width_m=land.width_m)
        chosen = sites[sites["selected"]]
        _plain(axes, land, taken_pt=boxes_around(land.on_paper(coordinates(sites.geometry)), 5))
        key.heading("Backhaul of the candidates")
        for name, sign in BACKHAUL.items():
            _signs(axes, sites[of_class == name], sign, size=5)
            key.marker(f"{sign.words} ({counts[name]:,})", sign, size=6)
        _signs(axes, chosen, RING, size=10, edge=REACH_COLOUR, line=1.4)
        key.marker(f"proposed ({len(chosen):,})", RING, edge=REACH_COLOUR, size=10)
        key.line("ward", INK, width=0.7)
        key.text("Based on availability at the postcode, which does not prove what one address can get.")
        return figure

    told = ", ".join(f"{BACKHAUL[name].words}: {count:,}" for name, count in counts.items() if count)
    return Draft(name="backhaul", title=title, alt=f"{finding} {told}.", draw=draw)


def proposal_map(plan: Plan, land: Ground) -> Draft:
    """The proposed sites, numbered by rank, with their reach and the shape and colour of their phase."""
    chosen = plan.sites[plan.sites["selected"]].sort_values("rank", kind="stable")
    title, finding = "Proposed sites", statements.shortlist_sentence(plan)
    phases = chosen["phase"].fillna(1).astype(int)
    reach = reach_areas(plan.sites, plan.reach, plan.parameters.wifi)

    def draw(number: int) -> Figure:
        sources = sorted({item.source for item in plan.provenance})
        figure, axes, key = map_sheet(plan, number, title=title, finding=finding, sources=sources, width_m=land.width_m)
        at_m = coordinates(chosen.geometry)
        places = boxes_around(land.on_paper(at_m), 4)
        numbers = label_places(land.on_paper(at_m), np.full((len(at_m), 2), SITE_PT), taken=places, beside=True)
        _plain(axes, land, taken_pt=np.vstack([boxes_around(numbers, SITE_PT), places]))
        outlines = PathCollection(
            shapes_of(reach, land),
            facecolors=REACH_COLOUR,
            alpha=0.3,
            edgecolors=REACH_COLOUR,
            linewidths=0.6,
            zorder=5,
        )
        axes.add_collection(outlines, autolim=False)
        others = plan.sites[~plan.sites["selected"]]
        _signs(axes, others, CANDIDATE, size=2.2, edge="#767676", line=0.4)
        for rank, phase, at, to in zip(chosen["rank"], phases, at_m, land.on_ground(numbers), strict=True):
            _numbered(axes, str(int(rank)) if len(chosen) <= MOST_NUMBERS else "", phase, at=at, to=to)
        key.heading("Proposed sites, by rank")
        for phase in sorted(set(phases)):
            of_phase = chosen[phases == phase]
            cost = money_text(of_phase["capex_gbp"].sum())
            key.marker(f"phase {phase}: {plural(len(of_phase), 'site')}, {cost}", phase_sign(phase), size=10, label="1")
        key.fill(reach_words(plan.parameters.wifi, plan.reach.radio.reach_m), "#e6b3cc", edge=REACH_COLOUR)
        key.marker(f"{CANDIDATE.words} ({len(others):,})", CANDIDATE, edge="#767676", size=3)
        key.line("ward", INK, width=0.7)
        _lines(key, [_site_line(row) for _, row in chosen.iterrows()], rest="site", where="sites.csv")
        return figure

    first = "; ".join(_site_line(row) for _, row in chosen.head(3).iterrows())
    return Draft(name="proposal", title=title, alt=f"{finding} The first: {first}." if first else finding, draw=draw)


def _plain(axes: Axes, land: Ground, *, taken_pt: np.ndarray) -> None:
    """The wards in one light colour with their names."""
    lay_ground(axes, land)
    ward_lines(axes, land)
    ward_labels(axes, land, taken_pt=taken_pt)


def _boxes(frame: gpd.GeoDataFrame, land: Ground) -> np.ndarray:
    """Box around each shape on paper."""
    return land.on_paper(frame.geometry.bounds.to_numpy().reshape(-1, 2)).reshape(-1, 4)


def _signs(axes: Axes, places: pd.DataFrame, sign: Sign, *, size: float, edge: str = INK, line: float = 0.6) -> None:
    """One symbol at each place."""
    at = coordinates(places.geometry)
    axes.plot(
        at[:, 0], at[:, 1], linestyle="none", marker=sign.shape, color=sign.colour, markersize=size,
        markeredgecolor=edge, markeredgewidth=line, zorder=15,
    )  # fmt: skip


def _numbered(axes: Axes, number: str, phase: int, *, at: np.ndarray, to: np.ndarray) -> None:
    """A dot at the site, with its numbered symbol beside it."""
    sign = phase_sign(phase)
    axes.plot(
        *np.column_stack([at, to]),
        color=sign.colour,
        linewidth=0.8,
        marker="o",
        markersize=1.8,
        markevery=[0],
        zorder=28,
    )
    axes.plot(
        to[0], to[1], marker=sign.shape, color=sign.colour, markersize=SITE_PT, markeredgecolor="white",
        markeredgewidth=0.5, zorder=29,
    )  # fmt: skip
    axes.text(
        to[0], to[1], number, fontsize=6.5, weight="bold", color="white", ha="center", va="center_baseline", zorder=30
    )


def _site_line(row: pd.Series) -> str:
    return f"{int(row['rank'])} {printable(row['name'], 40)}, {printable(row['ward_name'], 40)}"


def _lines(key: Key, lines: list[str], *, rest: str, where: str) -> None:
    """As many lines as there is room for, and the number left out."""
    for done, line in enumerate(lines):
        if key.room_pt < 4 * SMALL_PT:
            left = len(lines) - done
            key.text(f"and {plural(left, rest)} more: see {where}", size=SMALL_PT)
            return
        key.text(line, size=SMALL_PT, gap=0 if done else 4)


def _some(names: list[str]) -> str:
    """A few names and the number of others."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more wards" if len(names) > 5 else "")
