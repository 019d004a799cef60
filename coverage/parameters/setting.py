"""A setting: one key of plan.toml, with its unit, its limits and where its default comes from."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

PROPOSED = "project's proposal"
"""How the source of a default begins where nothing was published that it could be taken from."""

YOURS = "yours to state"
"""Source of a setting without a default of its own: only the planner knows it."""

OFF = "off unless stated"
"""Source of a default that leaves something out: no such rule, no such share."""

ANY_SIGN = -math.inf
"""`at_least` of a number that may be negative."""

YEARS = range(1900, 2200)
YEAR_FORM = f"0, or a year from {YEARS[0]} to {YEARS[-1]}"
"""Form of a year of prices; 0: not stated."""

_METADATA = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What may be written for one key of plan.toml. The limits of a list or a table apply to each of its values.

    Attributes
    ----------
    unit : str
        Of the number; "none" for text, true or false, and plain numbers.
    at_least : float
        Smallest number allowed; `ANY_SIGN`: it may be negative.
    above : float
        Every number must be greater than this; -inf: `at_least` says enough.
    at_most : float
        Greatest number allowed.
    choices : tuple of str
        The texts allowed; empty: any.
    keys : tuple of str
        The keys of a table of numbers or texts; empty: the planner's own.
    keeps_defaults : bool
        True: a key of such a table that is not stated keeps its default. False: only the stated keys count.
    form : str
        What a text or number must look like where that is checked with the other settings of its table.
    source : str
        Where the default comes from.
    to_confirm : bool
        True: the source is second hand and should be checked before anyone relies on it.
    """

    unit: str
    at_least: float
    above: float
    at_most: float
    choices: tuple[str, ...]
    keys: tuple[str, ...]
    keeps_defaults: bool
    form: str
    source: str
    to_confirm: bool

    def fault_code(self, value: str | float) -> str:
        """Code of the fault of one value; empty where it is within the limits.

        Returns
        -------
        str
            NOT_A_CHOICE, NOT_FINITE, NOT_POSITIVE, TOO_LARGE or "".

        Examples
        --------
        >>> rate = setting("per year", at_most=1, source="an example")["setting"]
        >>> [rate.fault_code(value) for value in (-0.01, 0, 1, 1.01, math.nan)]
        ['NOT_POSITIVE', '', '', 'TOO_LARGE', 'NOT_POSITIVE']
        """
        if isinstance(value, str):
            return "NOT_A_CHOICE" if self.choices and value not in self.choices else ""
        if not _is_finite(value):
            return "NOT_FINITE" if self.at_least == -math.inf else "NOT_POSITIVE"
        if value < self.at_least or value <= self.above:
            return "NOT_POSITIVE"
        return "TOO_LARGE" if value > self.at_most else ""

    @classmethod
    def of(cls, table: type, name: str) -> Setting:
        """The setting that a dataclass declares at one of its fields.

        Raises
        ------
        KeyError
            There is no such field, or it declares nothing: it is a table of its own, or a list of tables.
        """
        fields = {field.name: field for field in dataclasses.fields(table)}
        declared = fields[name].metadata[_METADATA]
        if not isinstance(declared, Setting):
            raise KeyError(name)
        return declared


def setting(
    unit: str = "none",
    *,
    source: str,
    at_least: float = 0,
    above: float = -math.inf,
    at_most: float = math.inf,
    choices: tuple[str, ...] = (),
    keys: tuple[str, ...] = (),
    keeps_defaults: bool = False,
    form: str = "",
    to_confirm: bool = False,
) -> Mapping[str, Setting]:
    """Metadata of a dataclass's field: what may be written for it. The parameters are those of `Setting`.

    Examples
    --------
    >>> @dataclass(frozen=True, kw_only=True)
    ... class Example:
    ...     share: float = dataclasses.field(default=0.5, metadata=setting("share", at_most=1, source=PROPOSED))
    >>> Setting.of(Example, "share").fault_code(80)
    'TOO_LARGE'
    """
    return {
        _METADATA: Setting(
            unit=unit,
            at_least=at_least,
            above=above,
            at_most=at_most,
            choices=choices,
            keys=keys,
            keeps_defaults=keeps_defaults,
            form=form,
            source=source,
            to_confirm=to_confirm,
        )
    }


def _is_finite(value: float) -> bool:
    """False also for a whole number too large for a float."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
