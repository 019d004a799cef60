"""The data-quality report: each input with its vintage, its rows and what is wrong with it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from connected_place.coverage.plan import plan
from connected_place.gis_data.errors import ConnectedPlaceError, Fault
from connected_place.gis_data.intake import read_layers
from connected_place.gis_data.layers import Layers, Provenance
from connected_place.scripts.config import read_plan_file

BLOCKED = 1


def check(place: Path, *, as_json: bool) -> int:
    """Read every input, try the plan, print the report; 1 when something blocks, else 0.

    Raises
    ------
    PlanFileError
        When plan.toml itself cannot be read.
    """
    file = read_plan_file(place)
    layers, faults = read_layers(file.sources, folder=file.data)
    found = [*faults, *(warning for layer in layers for warning in layer.warnings)]
    if not faults:
        found = tried(layers, file.parameters) or found
    records = [layer.provenance for layer in layers]
    print(_as_json(records, found) if as_json else _as_text(records, found))
    return BLOCKED if any(fault.blocks for fault in found) else 0


def tried(layers: Layers, parameters: object) -> list[Fault]:
    """Faults and warnings of the whole plan."""
    from connected_place.coverage.parameters import Parameters

    assert isinstance(parameters, Parameters)
    try:
        return list(plan(layers, parameters).warnings)
    except ConnectedPlaceError as error:
        return [*error.faults, *(warning for layer in layers for warning in layer.warnings)]


def _as_json(records: Sequence[Provenance], found: Sequence[Fault]) -> str:
    report = {
        "blocked": any(fault.blocks for fault in found),
        "sources": [dataclasses.asdict(record) for record in records],
        "faults": [dataclasses.asdict(fault) for fault in found],
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _as_text(records: Sequence[Provenance], found: Sequence[Fault]) -> str:
    """One screen: a line a source, then blockers, then warnings."""
    lines = [_source_line(record) for record in records]
    for title, blocks in (("To mend", True), ("To know", False)):
        these = [fault for fault in found if fault.blocks is blocks]
        if these:
            lines += ["", f"{title} ({len(these)})", *(f"{n:3}. {fault}" for n, fault in enumerate(these, start=1))]
    blockers = sum(fault.blocks for fault in found)
    verdict = f"{blockers} blocker(s): mend them first." if blockers else "Nothing blocks: the plan can be made."
    return "\n".join([*lines, "", verdict])


def _source_line(record: Provenance) -> str:
    aside = "".join(f", {count:,} set aside ({reason})" for reason, count in record.set_aside.items())
    rows = f"{record.rows_read:,} rows read = {record.rows_used:,} used{aside}"
    crs = f"; {record.crs}" if record.crs else ""
    return f"{record.file}\n    {record.title}; {record.vintage}; {rows}{crs}; {record.licence}"
