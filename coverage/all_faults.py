"""Every fault that keeps a plan from being made, found in one round: a step that fails never hides another's faults."""

from __future__ import annotations

from collections.abc import Collection

from connected_place.coverage.parameters import Parameters
from connected_place.coverage.plan import PlanSteps
from connected_place.gis_data.errors import ConnectedPlaceError, Fault
from connected_place.gis_data.layers import Layers

FOLLOWS = ("UNKNOWN_SITE", "CRITERION_UNKNOWN", "ALL_OUTSIDE")
"""Faults that may only be there because a file could not be read; so may all that begin with NO_."""


def faults_of_steps(steps: PlanSteps) -> tuple[Fault, ...]:
    """Faults of every step of a plan that can be tried: those that depend on a failed one are skipped.

    Parameters
    ----------
    steps : PlanSteps
    """
    failed: set[str] = set()
    found: dict[str, Fault] = {}
    for name in steps.steps():
        if failed & set(steps.needed_by(name)):
            continue
        try:
            steps.take(name)
        except ConnectedPlaceError as error:
            failed.add(name)
            found |= {str(fault): fault for fault in error.faults}
    return tuple(found.values())


def faults_beside(layers: Layers, parameters: Parameters, *, unread: Collection[str]) -> tuple[Fault, ...]:
    """Faults that are there besides those of the files that could not be read.

    Parameters
    ----------
    layers : Layers
        Of the files that could be read.
    parameters : Parameters
    unread : collection of str
        Kinds of the other files. What may follow from their absence is left out.
    """
    found = faults_of_steps(PlanSteps(layers, parameters))
    return tuple(
        fault
        for fault in found
        if fault.blocks
        and not fault.code.startswith("NO_")
        and fault.code not in FOLLOWS
        and not (fault.code == "VINTAGE_MIXED" and "ons-lookup" in unread)
    )
