"""The data quality report: each input with its vintage, its rows and its problems."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connected_place.api import OpenPlan, open_plan
from connected_place.coverage.all_faults import faults_beside, faults_of_steps
from connected_place.coverage.matching import Match
from connected_place.coverage.places import UNIT_WORDS
from connected_place.coverage.plan import Plan
from connected_place.gis_data.catalogue import source
from connected_place.gis_data.errors import ConnectedPlaceError, Fault, PlanFileError, visible
from connected_place.gis_data.layers import Provenance, SourceFile
from connected_place.gis_data.readers import read_layers
from connected_place.maps.numerals import plural, share_text
from connected_place.maps.words import gap_statements
from connected_place.scripts.config import sources_of_faulty
from connected_place.scripts.terminal import printable_json

_BLOCKED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is known about a plan's inputs.

    Attributes
    ----------
    records : tuple of Provenance
        Of the files that could be read.
    faults : tuple of Fault
        Blockers and warnings of all files and of putting them together.
    made : Plan or None
        None when something blocks.
    """

    records: tuple[Provenance, ...]
    faults: tuple[Fault, ...]
    made: Plan | None

    @property
    def is_blocked(self) -> bool:
        """True if no plan can be made."""
        return any(fault.blocks for fault in self.faults)

    @property
    def matches(self) -> tuple[Match, ...]:
        """Match rates; empty when a problem blocks the plan."""
        return self.made.matches if self.made else ()


def check(place: Path, *, as_json: bool) -> int:
    """Read every input, try the plan and print the report; 1 if a problem blocks the plan, else 0.

    Raises
    ------
    CommandError
        NO_PLAN.
    PlanFileError
        What is wrong with plan.toml; as JSON it is part of the report.
    """
    try:
        found = report(open_plan(place))
    except PlanFileError as error:
        records, faults = _files_of_faulty_plan(place)
        if not as_json:
            raise PlanFileError([*error.faults, *faults]) from error
        found = Report(records=records, faults=(*error.faults, *faults), made=None)
    print(_as_json(found) if as_json else _as_text(found))
    return _BLOCKED if found.is_blocked else 0


def report(opened: OpenPlan) -> Report:
    """Read a plan's files and put them together, keeping every fault."""
    layers, faults = opened.read
    records = tuple(layer.provenance for layer in layers)
    warnings = tuple(warning for layer in layers for warning in layer.warnings)
    if faults:
        beside = faults_beside(layers, opened.parameters, unread=_unread(opened.file.sources, faults))
        return Report(records=records, faults=(*faults, *beside, *warnings), made=None)
    try:
        made = opened.plan().record
    except ConnectedPlaceError:
        return Report(records=records, faults=(*faults_of_steps(opened.steps), *warnings), made=None)
    return Report(records=records, faults=made.warnings, made=made)


def _files_of_faulty_plan(place: Path) -> tuple[tuple[Provenance, ...], tuple[Fault, ...]]:
    """Records and faults of the files that a plan.toml with faults names well enough to be read."""
    sources, folder = sources_of_faulty(place)
    layers, faults = read_layers(sources, folder=folder)
    return tuple(layer.provenance for layer in layers), faults


def _unread(sources: Sequence[SourceFile], faults: Sequence[Fault]) -> set[str]:
    """Kinds of the sources with files that could not be read."""
    return {asked.kind for asked in sources for fault in faults if fault.file.startswith(asked.path.partition("*")[0])}


def _as_json(found: Report) -> str:
    content = {
        "blocked": found.is_blocked,
        "sources": [dataclasses.asdict(record) for record in found.records],
        "matches": [dataclasses.asdict(match) for match in found.matches],
        "premises_by_level": dict(found.made.premises_by_level) if found.made else {},
        "reporting": dataclasses.asdict(found.made.reporting) if found.made else {},
        "faults": [dataclasses.asdict(fault) for fault in found.faults],
    }
    return printable_json(content)


def _as_text(found: Report) -> str:
    """One screen: sources, how they fit together, blockers, warnings, verdict."""
    lines = [line for record in found.records for line in _source_lines(record, found.matches)]
    if found.made:
        lines += ["", _reconciled(found.made), *gap_statements.reporting_sentences(found.made.reporting)]
    for title, blocks in (("Problems to fix", True), ("Warnings", False)):
        these = [fault for fault in found.faults if fault.blocks is blocks]
        if these:
            lines += ["", f"{title} ({len(these)})", *(f"{n:3}. {fault}" for n, fault in enumerate(these, start=1))]
    blockers = sum(fault.blocks for fault in found.faults)
    verdict = f"{plural(blockers, 'problem')} to fix first." if blockers else "No problems: the plan can be made."
    return "\n".join(visible(line) for line in [*lines, "", verdict])


def _source_lines(record: Provenance, matches: Sequence[Match]) -> list[str]:
    aside = "".join(f", {count:,} set aside ({reason})" for reason, count in record.set_aside.items())
    facts = [
        f"{record.vintage}",
        f"{record.rows_read:,} rows read = {record.rows_used:,} used{aside}",
        *(_match_text(match) for match in matches if match.file == record.file),
        *filter(None, [record.crs]),
        record.licence,
        *([] if source(record.source).used else ["checked, but not used by this version"]),
    ]
    return [f"{record.file}: {record.title}", f"    {'; '.join(facts)}"]


def _match_text(match: Match) -> str:
    return f"{match.matched:,} of {match.total:,} {match.words} ({share_text(match.matched, match.total)})"


def _reconciled(made: Plan) -> str:
    """The number of premises at every level, which shows where any are lost."""
    words = UNIT_WORDS | {"authority": made.parameters.place.name}
    whole, sums = made.premises_by_level["authority"], made.premises_by_level
    parts = " = " if len({round(total, 6) for total in sums.values()}) == 1 else ", "
    counted = gap_statements.counted_words(made.reporting)

    def level_text(level: str, total: float) -> str:
        lost = f" ({whole - total:,.0f} fewer)" if whole - total >= 1 else ""
        return f"{total:,.0f} over {words[level]}{lost}"

    numbers = parts.join(level_text(level, total) for level, total in sums.items())
    return f"{counted[:1].upper()}{counted[1:]}: {numbers}."
