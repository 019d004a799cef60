"""A plan that is open: its parameters, its input files read once, and the steps of the model taken so far."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connected_place.api.made_plan import MadePlan
from connected_place.api.progress import Progress

if TYPE_CHECKING:
    from connected_place.coverage.parameters import Parameters
    from connected_place.coverage.plan import PlanSteps
    from connected_place.gis_data.errors import Fault
    from connected_place.gis_data.layers import Layers
    from connected_place.scripts.config import PlanFile
    from connected_place.scripts.kept import KeptResults


def open_plan(place: str | Path, *, progress: bool = False) -> OpenPlan:
    """Open a plan. Only its `plan.toml` is read; the input files are when they are first needed.

    Parameters
    ----------
    place : str or Path
        Folder with a plan.toml, or that file.
    progress : bool
        True: a line on standard error for each step of long work.

    Returns
    -------
    OpenPlan

    Raises
    ------
    ConnectedPlaceError
        There is no plan there, or plan.toml has faults: all of them at once.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> try:
    ...     cp.open_plan("no-such-folder")
    ... except cp.ConnectedPlaceError as error:
    ...     print([fault.code for fault in error.faults])
    ['NO_PLAN']
    """
    from connected_place.scripts.config import read_plan_file

    return OpenPlan(file=read_plan_file(Path(place)), progress=Progress(shown=progress))


@functools.cache
def sample() -> OpenPlan:
    """Open the plan of the invented borough that comes with the program.

    Returns
    -------
    OpenPlan
        The same one each time, so what it has worked out is not worked out again.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> cp.sample()
    <OpenPlan Saltmarsh (invented data), 24 files>
    """
    from connected_place.gis_data.catalogue import SAMPLE

    return open_plan(SAMPLE)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OpenPlan:
    """A plan to ask questions of: a value, which no question and no change alters. `open_plan` gives one.

    Attributes
    ----------
    file : PlanFile
        What plan.toml says.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> p = cp.sample()
    >>> p.parameters.sites.budget_gbp
    250000.0
    >>> p.parameters.place.lad
    'E06990001'
    """

    file: PlanFile
    progress: Progress = field(default_factory=lambda: Progress(shown=False))
    changes: Mapping[str, Any] = field(default_factory=dict)
    _base: OpenPlan | None = None

    def __repr__(self) -> str:
        """The place, whether it is invented, and what was changed."""
        place = self.parameters.place
        mark = " (invented data)" if place.illustrative else ""
        changed = f", changed: {', '.join(self.changes)}" if self.changes else ""
        return f"<OpenPlan {place.name}{mark}, {len(self.file.sources)} files{changed}>"

    @property
    def parameters(self) -> Parameters:
        """Every number that the plan depends on besides its files."""
        return self.file.parameters

    def with_(self, changes: Mapping[str, Any]) -> OpenPlan:
        """The same plan with other values of some parameters; steps that no change reaches are shared.

        Parameters
        ----------
        changes : mapping
            Keys as in plan.toml, dotted or nested; all that is not named stays.

        Raises
        ------
        ConnectedPlaceError
            A key or value that plan.toml may not have: all of them at once.

        Examples
        --------
        >>> import connected_place.api as cp
        >>> p = cp.sample()
        >>> p.with_({"sites.budget_gbp": 400_000, "score": {"weights": {"deprivation": 5}}}).parameters.sites.budget_gbp
        400000.0
        >>> p.parameters.sites.budget_gbp
        250000.0
        """
        from connected_place.scripts.config import changed_plan_file

        file = changed_plan_file(self.file, changes)
        return replace(self, file=file, changes={**self.changes, **changes}, _base=self)

    def plan(self) -> MadePlan:
        """Make the whole plan: sites, business case, funding and delivery.

        Raises
        ------
        ConnectedPlaceError
            What keeps it from being made, all faults of a kind at once.

        Examples
        --------
        >>> import connected_place.api as cp
        >>> made = cp.sample().plan()
        >>> int(made.sites["selected"].sum())
        16
        """
        with self.progress.over(self._announced(_WHOLE)):
            return MadePlan(opened=self, record=self.steps.record)

    def to_folder(
        self,
        out: str | Path,
        *,
        only: str = "",
        with_pack: bool = True,
        fund: str = "",
        command: Sequence[str] = (),
    ) -> MadePlan:
        """Make the whole plan and write it, as `MadePlan.to_folder` does; a folder not ours is refused before the work.

        Parameters and errors as in `MadePlan.to_folder` and `plan`.
        """
        from connected_place.api.folders import folder_content
        from connected_place.maps.folder import refuse_foreign

        refuse_foreign(Path(out).resolve())
        command = command or self.made_by
        content = folder_content(self.file, only=only, with_pack=with_pack, fund=fund, command=command)
        with self.progress.over(self._announced(_WHOLE) + 1):
            made = MadePlan(opened=self, record=self.steps.record)
            self.progress(content.words)
            content.replace(made.record, Path(out))
        return made

    def take(self, *names: str) -> PlanSteps:
        """The model's own results, up to the steps that are named.

        Parameters
        ----------
        names : str
            Steps of `connected_place.coverage.plan.PlanSteps`.

        Examples
        --------
        >>> import connected_place.api as cp
        >>> cp.sample().take("gaps").gaps.units.reporting.areas_without_row
        2
        """
        with self.progress.over(self._announced(*names)):
            self.steps.take(*names)
        return self.steps

    @property
    def layers(self) -> Layers:
        """The input files, read.

        Raises
        ------
        ConnectedPlaceError
            The faults of all files at once.
        """
        return self.steps.layers

    @cached_property
    def read(self) -> tuple[Layers, tuple[Fault, ...]]:
        """The layers of the files that could be read, and the faults of the others."""
        from connected_place.gis_data.readers import read_layers
        from connected_place.scripts.config import recorded_hashes

        if self._base is not None:
            return self._base.read
        return read_layers(self.file.sources, folder=self.file.data, recorded=recorded_hashes(self.file))

    @cached_property
    def steps(self) -> PlanSteps:
        """The steps of the model on these files and parameters; each is taken when it is first asked for."""
        from connected_place.coverage.plan import PlanSteps

        if self._base is not None:
            return self._base.steps.changed(self.parameters)
        return PlanSteps(self._layers_read, self.parameters, on_step=self.progress, shelf=self._shelf)

    @cached_property
    def _shelf(self) -> KeptResults:
        from connected_place.scripts.config import recorded_hashes
        from connected_place.scripts.kept import InputFiles, KeptResults, kept_folder

        inputs = InputFiles(self.file.sources, folder=self.file.data, recorded=recorded_hashes(self.file))
        return KeptResults(kept_folder(), inputs)

    def _layers_read(self) -> Layers:
        from connected_place.gis_data.readers import layers_or_faults

        layers = layers_or_faults(*self.read)
        self._shelf.leave_if_changed()
        return layers

    @property
    def made_by(self) -> tuple[str, ...]:
        """How the plan was made, for the record of an output folder."""
        import json

        changed = [f"with_({json.dumps(self.changes, ensure_ascii=False, default=str)})"] if self.changes else []
        return ("connected_place.api", *changed)

    def _announced(self, *names: str) -> int:
        """How many steps will be announced on the way to those named."""
        return len(self.steps.to_take(*names))


_WHOLE = "record"
"""The step whose result is the whole plan."""
