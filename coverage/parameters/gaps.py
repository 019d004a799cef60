"""[gaps] and [forecast]: what counts as a gap, and how far ahead the share with the speed is forecast."""

from __future__ import annotations

from dataclasses import dataclass, field

from connected_place.coverage.parameters.setting import PROPOSED, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """How coverage gaps are counted.

    Attributes
    ----------
    weights : str
        What turns the percentages of a postcode file into counts where there is no output-area file. "": the
        publisher's own counts, else the first available of "bduk", "uprn" and "households"; without any of them the
        plan is refused. "connections": lines in use, in the files of 2013, 2016 and 2017. Everything but the
        publisher's own counts is an estimate.
    headline : str
        Speed that the sentences, the map and the demand refer to: "ufbb_300" is 300 Mbit/s, Ofcom's ultrafast.
    """

    weights: str = field(
        default="",
        metadata=setting(
            choices=("", "bduk", "uprn", "households", "connections"),
            source=f"{PROPOSED}: the best count available",
        ),
    )
    headline: str = field(
        default="ufbb_300",
        metadata=setting(
            choices=("decent_10", "sfbb_30", "ufbb_100", "ufbb_300", "gigabit"),
            source=f"{PROPOSED}: ultrafast as Ofcom defines it",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRules:
    """How far ahead the share of premises with the headline speed is forecast, from earlier vintages of coverage.

    Attributes
    ----------
    years : tuple of float
        Years after the newest release. Further than the releases themselves are apart cannot be tested, and is marked.
    """

    years: tuple[float, ...] = field(
        default=(1.0, 2.0, 3.0, 5.0), metadata=setting("years", above=0, at_most=30, source=PROPOSED)
    )
