"""[pack]: what goes into the bid pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import PROPOSED, YOURS, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What goes into the bid pack.

    Attributes
    ----------
    fund : str
        Fund whose form the pack follows: one of those that come with the program.
    fund_file : str
        A fund of your own instead: path of a TOML file, relative to plan.toml.
    answers : mapping of str to str
        What only the council knows, by the keys of the fund's requirements.
    """

    fund: str = field(default="generic", metadata=setting(source=PROPOSED))
    fund_file: str = field(default="", metadata=setting(source=YOURS))
    answers: Mapping[str, str] = field(default_factory=dict, metadata=setting(source=YOURS))
