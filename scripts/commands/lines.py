"""Better lines in the terminal: each area without the headline speed, its option, the cost and the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from connected_place.api import OpenPlan, open_plan
from connected_place.api import lines as lines_of
from connected_place.coverage.lines import PlaceLines
from connected_place.maps.numerals import count_text, money_text, shown, speed_text
from connected_place.maps.words import forecast_statements, line_statements
from connected_place.scripts.terminal import printable_json, table_lines, wrapped_lines


def show_lines(place: Path, *, as_json: bool = False) -> int:
    """Print every intervention area with its chosen option, largest gap first.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    as_json : bool
        True: every area with all its options, for a program.

    Raises
    ------
    CommandError
        NO_PLAN.
    ConnectedPlaceError
        What keeps the choice from being made.
    """
    opened = open_plan(place, progress=True)
    found = opened.take("lines").lines
    if as_json:
        print(lines_json(opened))
    elif found is None:
        speed = speed_text(opened.parameters.gaps.headline)
        print(
            *wrapped_lines(f"No premises are reported to be without {speed}, so there is nothing to choose."), sep="\n"
        )
    else:
        print(*area_lines(found, opened), sep="\n")
    return 0


def area_lines(found: PlaceLines, opened: OpenPlan) -> list[str]:
    """What the budget pays for in words, every area in a row, then the reasons of those with money or a rival."""
    parameters = opened.parameters
    mark = "Illustrative: invented data, not a real place. " if parameters.place.illustrative else ""
    rows = found.interventions.sort_values("premises", ascending=False, kind="stable")
    head = ["area", "name", "status", "premises", "option", "cost", "gain", "by"]
    cells = [
        (
            shown(area),
            shown(row["area_name"]),
            row["status"],
            count_text(row["premises"]),
            row["option"],
            money_text(row["cost_gbp"]),
            count_text(row["gained"]),
            row["by_when"],
        )
        for area, row in rows.drop(columns="geometry").iterrows()
    ]
    said = [f"{shown(area)}: {row['reason']} {row['smallest_change']}".rstrip() for area, row in rows.iterrows()]
    name = shown(parameters.place.name)
    speed = speed_text(parameters.gaps.headline)
    reporting = opened.take("gaps").gaps.units.reporting
    sentence = line_statements.lines_sentence(found, parameters, reporting)
    forecast = opened.take("forecast").forecast
    return [
        *wrapped_lines(f"{mark}{name}: {sentence}"),
        *(line for said in forecast_statements.forecast_sentences(forecast) for line in wrapped_lines(said)),
        "",
        *table_lines(head, cells, numbers=[3, 5, 6]),
        "",
        *wrapped_lines(f"premises: without {speed}. gain: likely number of them that gain it by the option."),
        "",
        *(line for sentence in said for line in wrapped_lines(sentence)),
        "",
        *_curve_lines(found),
    ]


def lines_json(opened: OpenPlan) -> str:
    """Every area with its options, and the choice, as JSON; what is not known is null."""
    areas = lines_of(opened)
    options: dict[str, list[dict[str, Any]]] = {area: [] for area in areas.index}
    for option in areas.attrs.get("options", []):
        options[option.pop("area_id")].append(option)
    rows = json.loads(areas.drop(columns="geometry").reset_index().to_json(orient="records"))
    content = {
        "place": opened.parameters.place.name,
        "illustrative": opened.parameters.place.illustrative,
        "headline": opened.parameters.gaps.headline,
        "areas": [{**row, "options": options[row["area_id"]]} for row in rows],
        "choice": areas.attrs.get("choice"),
    }
    return printable_json(content)


def _curve_lines(found: PlaceLines) -> list[str]:
    rows = [
        (
            money_text(step["budget_gbp"]),
            money_text(step["spent_gbp"]),
            count_text(step["areas"]),
            count_text(step["gained"]),
            ("proven best" if step["status"] == "optimal" else "not proven") + (" (this plan)" * bool(step["is_plan"])),
        )
        for step in found.choice.curve.to_dict("records")
    ]
    return ["What other budgets for lines would gain", *table_lines(["budget", "spent", "areas", "gain", "proof"], rows,
                                                                    numbers=range(4))]  # fmt: skip
