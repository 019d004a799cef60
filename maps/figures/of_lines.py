"""Figures of better lines: what the budget pays for, and each intervention area."""

from __future__ import annotations

import pandas as pd

from connected_place.coverage.lines import PlaceLines
from connected_place.coverage.parameters import Parameters
from connected_place.coverage.programme import PlaceProgramme
from connected_place.maps.figures.book import FigureBook
from connected_place.maps.numerals import shown, speed_text


def put_lines(book: FigureBook, found: PlaceLines, rules: Parameters, *, homes: str, estimated: bool) -> None:
    """What is spent and gained together, and each area's premises, option cost and gain.

    Parameters
    ----------
    book : FigureBook
    found : PlaceLines
    rules : Parameters
    homes : str
        What premises are called.
    estimated : bool
        Whether the counts of premises are estimates.
    """
    rows = pd.DataFrame(found.interventions.drop(columns="geometry"))
    paid = rows[rows["is_paid"].astype(bool)]
    said = {"homes": homes, "speed": speed_text(rules.gaps.headline)}
    together = {
        "areas": len(rows),
        "paid_areas": len(paid),
        "premises": float(rows["premises"].sum()),
        **{name: float(paid[name].sum()) for name in ("gained_low", "gained", "gained_high")},
        "spent_gbp": float(paid["cost_gbp"].sum()),
        "others_gbp": float(paid["others_gbp"].sum()),
    }
    book.put("lines", together, parts={**said, "paid": tuple(map(str, paid.index))}, estimated=estimated)
    book.put("parameter.lines", {"budget_gbp": rules.lines.budget_gbp})
    for area, row in zip(rows.index, rows.to_dict("records"), strict=True):
        named = {"area": str(area), "name": shown(row["area_name"]), "option": shown(row["option_words"])}
        book.put("line.{area}", row, of={"area": str(area)}, parts={**said, **named}, estimated=estimated)


def put_programme(book: FigureBook, found: PlaceProgramme) -> None:
    """The programme's capital, what of it is external, spent and left."""
    names = ("capital_gbp", "external_gbp", "to_find_gbp", "bought_gbp", "left_gbp")
    book.put("programme", {name: getattr(found, name) for name in names})
