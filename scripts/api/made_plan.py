"""A plan that is made: its tables as frames, and its output folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

    from connected_place.api.open_plan import OpenPlan
    from connected_place.coverage.plan import Plan


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MadePlan:
    """A whole plan. `OpenPlan.plan` makes one.

    Attributes
    ----------
    opened : OpenPlan
        What it was made from.
    record : connected_place.coverage.plan.Plan
        Everything that pages, tables and packs show.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> made = cp.sample().plan()
    >>> made
    <MadePlan Saltmarsh (invented data): 16 of 300 candidates, £238,100 of £250,000>
    >>> made.wards.loc["E05990001", "area_name"]
    'Alderwick Green and Barley Cross'
    """

    opened: OpenPlan
    record: Plan

    def __repr__(self) -> str:
        """The place, and what the budget buys."""
        place, found = self.record.parameters.place, self.record.shortlist
        mark = " (invented data)" if place.illustrative else ""
        chosen = f"{int(self.record.sites['selected'].sum())} of {len(self.record.sites)} candidates"
        return f"<MadePlan {place.name}{mark}: {chosen}, £{found.spent_gbp:,.0f} of £{found.budget_gbp:,.0f}>"

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """Every area with its gaps, its need and its rank, as in areas.csv; EPSG:27700."""
        return self._described(self.record.areas, "areas")

    @property
    def wards(self) -> gpd.GeoDataFrame:
        """The same for wards, as in wards.csv."""
        return self._described(self.record.wards, "wards")

    @property
    def sites(self) -> gpd.GeoDataFrame:
        """Every candidate, with its reason and its appraisal, as in sites.csv; EPSG:27700."""
        return self._described(self.record.sites, "sites")

    @property
    def clusters(self) -> gpd.GeoDataFrame:
        """Clusters of premises without the headline speed, as in clusters.csv; EPSG:27700."""
        return self._described(self.record.clusters.frame, "clusters")

    def to_folder(
        self,
        out: str | Path,
        *,
        only: str = "",
        with_pack: bool = True,
        fund: str = "",
        command: Sequence[str] = (),
    ) -> Path:
        """Write pages, tables, GIS files and the bid pack, whole or not at all.

        Parameters
        ----------
        out : str or Path
            Replaced where an earlier run wrote it; any other folder is left alone.
        only : str
            "": everything. "pages" or "pack": nothing else, with the manifest.
        with_pack : bool
            False: without the bid pack, which takes as long as all the rest.
        fund : str
            Name or .toml file of the fund that the pack is for; "": the one that plan.toml names.
        command : sequence of str
            How the plan was made, for the manifest; empty: by this library.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        ConnectedPlaceError
            The folder is not ours or cannot be written, or there is no such fund.

        Examples
        --------
        >>> import tempfile
        >>> import connected_place.api as cp
        >>> made = cp.sample().plan()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     sorted(path.name for path in made.to_folder(f"{folder}/out", only="pages").iterdir())
        ['index.html', 'manifest.json', 'wards']
        """
        from connected_place.api.folders import folder_content

        command = command or self.opened.made_by
        content = folder_content(self.opened.file, only=only, with_pack=with_pack, fund=fund, command=command)
        content.replace(self.record, Path(out))
        return Path(out)

    def _described(self, frame: gpd.GeoDataFrame, table: str) -> gpd.GeoDataFrame:
        from connected_place.api.frames import described

        found = self.record.shortlist if table == "sites" else self.opened.steps.gaps.units
        return described(frame, self.opened, table, counted=found.premises_source)
