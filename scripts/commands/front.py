"""The front in the terminal: each split of one sum between better lines and public Wi-Fi, and what it gains."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from connected_place.api import OpenPlan, open_plan
from connected_place.api import front as front_of
from connected_place.gis_data.errors import CommandError, fault
from connected_place.maps.numerals import count_text, money_text, shown
from connected_place.maps.pictures import front_picture
from connected_place.maps.tables import csv_text, frame_text
from connected_place.maps.words import front_statements
from connected_place.scripts.terminal import (
    printable_json,
    refuse_unwritable,
    replace_file,
    table_lines,
    wrapped_lines,
)

PICTURES = (".svg", ".png", ".pdf")


def show_front(
    place: Path,
    *,
    total_gbp: float | None = None,
    step_gbp: float | None = None,
    csv: Path | None = None,
    picture: Path | None = None,
    as_json: bool = False,
) -> int:
    """Print what each split of one sum gains, and write it as a table and a picture where asked.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    total_gbp, step_gbp : float or None
        As in `connected_place.api.front`.
    csv, picture : Path or None
        Files to write; the picture's ending (.svg, .png or .pdf) says its form.
    as_json : bool
        True: every split for a program.

    Raises
    ------
    CommandError
        NO_PLAN, CANNOT_WRITE, NOT_A_PICTURE.
    ConnectedPlaceError
        What keeps a choice from being made.
    """
    if picture is not None and picture.suffix.casefold() not in PICTURES:
        raise CommandError(fault("NOT_A_PICTURE", file=str(picture), known=", ".join(PICTURES)))
    for path in filter(None, (csv, picture)):
        refuse_unwritable(path)
    opened = open_plan(place, progress=True)
    rows = front_of(opened, total_gbp=total_gbp, step_gbp=step_gbp)
    if as_json:
        content = {**rows.attrs, "splits": json.loads(rows.to_json(orient="records"))}
        print(printable_json(content))
    else:
        print(*front_lines(rows, opened), sep="\n")
    if csv is not None:
        counted = opened.take("gaps").gaps.units.premises_source
        text = frame_text("front", rows, opened.parameters, counted=counted)
        replace_file(csv, csv_text(rows, text.columns).encode())
    if picture is not None and len(rows):
        made = front_picture(opened.plan().record, rows)
        replace_file(picture, getattr(made, picture.suffix.casefold().removeprefix(".")))
    return 0


def front_lines(rows: pd.DataFrame, opened: OpenPlan) -> list[str]:
    """What the front shows in words, then a row for each split."""
    rules = opened.parameters
    mark = "Illustrative: invented data, not a real place. " if rules.place.illustrative else ""
    said = f"{mark}{shown(rules.place.name)}: {front_statements.front_sentence(rows, rules)}"
    if not len(rows):
        return wrapped_lines(said)
    cells = [
        (
            money_text(row["lines_budget_gbp"]),
            money_text(row["wifi_budget_gbp"]),
            count_text(row["areas"]),
            count_text(row["gained"]),
            count_text(row["lines_served"]),
            count_text(row["sites"]),
            count_text(row["wifi_served"]),
            ("proven best" if row["status"] == "optimal" else "not proven") + " (this plan)" * bool(row["is_plan"]),
        )
        for row in rows.to_dict("records")
    ]
    head = ["for lines", "for Wi-Fi", "areas", "gain", "by need", "sites", "Wi-Fi", "proof"]
    return [
        *wrapped_lines(said),
        "",
        *table_lines(head, cells, numbers=range(7)),
        "",
        *wrapped_lines(front_statements.front_note(rules)),
    ]
