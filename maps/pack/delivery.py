"""The chapters of a pack on delivery: gates, sites, risks, staff and monitoring."""

from __future__ import annotations

import pandas as pd

from connected_place.maps.document import Block, Heading, Paragraph, Row, Table, marked_where
from connected_place.maps.numerals import shown
from connected_place.maps.pack.bid import Bid
from connected_place.maps.words import case_statements


def delivery_chapter(bid: Bid) -> tuple[Block, ...]:
    """Gates and tasks with their months and owners, the sites, the risks, the work by month."""
    sentence = case_statements.delivery_sentence(bid.plan)
    return (
        Paragraph(marked_where(sentence, [bid.figures["delivery.months"]]), style="lead"),
        _programme(bid),
        *bid.picture("gantt"),
        _sites(bid),
        Heading("Risks", 2),
        _risks(bid),
        Heading("Work by month", 2),
        *_resources(bid),
    )


def _programme(bid: Bid) -> Table:
    tasks = bid.plan.delivery.tasks
    rows: tuple[Row, ...] = tuple(
        (
            shown(row["words"]),
            bid.figures[f"delivery.task.{row['task_id']}.start"],
            bid.figures[f"delivery.task.{row['task_id']}.end"],
            shown(row["owner_role"]),
            "yes" if row["gate"] else "",
            "proposed" if row["is_default"] else "stated",
        )
        for row in tasks[tasks["site_id"] == ""].to_dict("records")
    )
    return Table(
        caption="Programme gates and tasks",
        header=("Task", "First month", "Last month", "Owner", "Gate", "Length"),
        rows=rows,
        widths=(6.4, 2.2, 2.2, 3.4, 1.2, 2.0),
        note="Owners are roles; the council names the people. Length: stated in plan.toml, or proposed by the planner. "
        "Nothing is ordered before the gates.",
    )


def _sites(bid: Bid) -> Table:
    found = bid.chosen.drop(columns="geometry")
    rows: tuple[Row, ...] = tuple(
        (
            f"{row['rank']:.0f}",
            shown(row["name"]),
            f"{row['phase']:.0f}" if pd.notna(row["phase"]) else "",
            bid.figures[f"delivery.site.{site_id}.start"],
            bid.figures[f"delivery.site.{site_id}.end"],
        )
        for site_id, row in zip(found.index, found.to_dict("records"), strict=True)
        if f"delivery.site.{site_id}.start" in bid.figures
    )
    return Table(
        caption="Sites from survey to going live",
        header=("Rank", "Name", "Phase", "Survey begins", "Goes live at the end of"),
        rows=rows,
        widths=(1.4, 7.0, 1.6, 3.4, 3.6),
        right=(0, 2),
        note="Each site goes through survey, consents, line, installation and acceptance; the workbook lists every "
        "task and what it depends on.",
    )


def _risks(bid: Bid) -> Table:
    rows: tuple[Row, ...] = tuple(
        (shown(row["words"], 200), f"{row['likelihood']:.0f}", f"{row['impact']:.0f}",
         f"{row['score']:.0f}", shown(row["mitigation"], 200), shown(row["owner_role"]))
        for row in bid.plan.delivery.risks.to_dict("records")
    )  # fmt: skip
    return Table(
        caption="Risks, highest first",
        header=("Risk", "Likelihood, 1 to 5", "Impact, 1 to 5", "Score", "Mitigation", "Owner"),
        rows=rows,
        widths=(4.8, 1.9, 1.7, 1.3, 5.0, 2.8),
        right=(1, 2, 3),
        note="Likelihood and impact are the planner's proposals, except for risks in plan.toml; the council should set "
        "its own.",
    )


def _resources(bid: Bid) -> tuple[Block, ...]:
    found = bid.plan.delivery.resources
    has_days = found["person_days"].notna().any()
    note = (
        "Working days are those in plan.toml."
        if has_days
        else "plan.toml gives no working days (delivery.person_days), so none are shown."
    )
    columns = ["sites_in_progress", "tasks_in_progress", "person_days"]
    same = found[columns].fillna(-1).ne(found[columns].fillna(-1).shift()).any(axis=1).cumsum()
    rows = []
    for _, span in found.groupby(same):
        first, last = (shown(span["month_words"].iloc[at]) for at in (0, -1))
        row = span.iloc[0]
        days_text = f"{row['person_days']:,.1f}"
        rows.append(
            (
                first if first == last else f"{first} to {last}",
                f"{row['sites_in_progress']:,.0f}",
                f"{row['tasks_in_progress']:,.0f}",
                *((days_text,) if has_days else ()),
            )
        )
    return (
        Table(
            caption="Work in each month",
            header=(
                "Months",
                "Sites in progress",
                "Tasks in progress",
                *(("Working days a month",) if has_days else ()),
            ),
            rows=tuple(rows),
            widths=(4.0, 4.0, 4.0, *((4.0,) if has_days else ())),
            right=(1, 2, 3) if has_days else (1, 2),
            note=note,
        ),
    )


def monitoring_chapter(bid: Bid) -> tuple[Block, ...]:
    """The baseline and the target of each indicator."""
    rows: tuple[Row, ...] = tuple(
        (
            shown(row["words"], 120),
            bid.figures[f"monitoring.{row['key']}.baseline"],
            shown(row["baseline_date"]) or "not known",
            bid.figures[f"monitoring.{row['key']}.target"],
            shown(row["how_often"]),
            shown(row["owner_role"]),
            shown(row["source"], 120),
        )
        for row in bid.plan.delivery.monitoring.to_dict("records")
    )
    return (
        Paragraph(
            "Baselines are measured before the first site goes live. An indicator without a baseline gets one in the "
            "first months; until then it is not known, not 0."
        ),
        Table(
            caption="Indicators",
            header=("Indicator", "Baseline", "Baseline date", "Target", "Measured", "Owner", "Source"),
            rows=rows,
            widths=(4.4, 1.9, 2.4, 1.9, 2.0, 2.4, 3.4),
            right=(1, 3),
        ),
    )
