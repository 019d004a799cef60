"""The numbered maps of a pack: what each shows, and the finding in words."""

from __future__ import annotations

from matplotlib.figure import Figure

from connected_place.coverage.plan import Plan
from connected_place.maps.choropleth import COLOURS, NOT_REPORTED, class_words, classes
from connected_place.maps.ground import Ground, fill_classes, ground, lay_ground, ward_labels, ward_lines
from connected_place.maps.map_sheet import Draft, Key, map_sheet, scale_words
from connected_place.maps.statements import gap_sentence, is_estimate, percent_text, speed_text

PLACES = ("ons-boundaries",)


def maps(plan: Plan) -> list[Draft]:
    """The maps that the plan has something to show for, in the order of a pack."""
    land = ground(plan)
    return [gap_by_ward(plan, land)]


def gap_by_ward(plan: Plan, land: Ground) -> Draft:
    """Share of premises without the headline speed in each ward."""
    tier = plan.parameters.gaps.headline
    title = f"Homes and businesses without {speed_text(tier)}, by ward"
    finding = gap_sentence(plan.borough, tier, estimated=is_estimate(plan.wards["premises_source"].iloc[0]))
    shares = plan.wards[f"{tier}_gap_share"]

    def draw(number: int) -> Figure:
        figure, axes, key = map_sheet(
            plan, number, title=title, finding=finding, sources=("ofcom-fixed-coverage", *PLACES)
        )
        lay_ground(axes, land)
        fill_classes(axes, land.wards, classes(shares))
        ward_lines(axes, land)
        ward_labels(axes, land, notes=[percent_text(share) for share in shares])
        class_key(key, f"Share of premises without {speed_text(tier)}", class_words())
        key.text(f"Scale {scale_words(land.width_m)}.")
        return figure

    return Draft(name="gap_by_ward", title=title, alt=finding, draw=draw)


def class_key(key: Key, heading: str, words: dict[int, str]) -> None:
    """The classes of a map with their limits."""
    key.heading(heading)
    for klass, limits in words.items():
        if klass == NOT_REPORTED:
            key.fill(limits, "white", hatch="/////", edge="#595959")
        else:
            key.fill(limits, COLOURS[klass])
