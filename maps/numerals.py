"""Numbers, dates and foreign text as a person reads them: the same on every page, in every table and every paper."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable

import pandas as pd

from connected_place.coverage.gaps import TIERS

NOT_REPORTED = "not reported"


SHOWN_CHARACTERS = 80


JOINERS = "\u200c\u200d"
"""Zero-width characters that some scripts need inside a word."""


NO_CHARACTERS = (0xFFFE, 0xFFFF)
"""Code points that XML does not allow: a document or workbook with one would not open."""


AREA_LEVEL_WORDS = {
    "output_area": "output area",
    "lsoa": "lower-layer super output area",
    "ward": "ward",
    "hexagon": "hexagon",
    "grid": "square",
}


def shown(text: object, length: int = SHOWN_CHARACTERS) -> str:
    r"""A name as it may be shown: one line, no invisible control characters, cut at `length` characters.

    Control and format characters go (a right-to-left override could make a name read as another), and so do halves of
    surrogate pairs, which no file can store. What a page does besides (escaping, `<bdi>`) is its own affair.

    Examples
    --------
    >>> shown("Quay\u202e hall\n"), shown("a" * 90, length=5), shown(None)
    ('Quay hall', 'aaaaa…', '')
    """
    if text is None or text is pd.NA or (isinstance(text, float) and pd.isna(text)):
        return ""
    return _shown_line(str(text), length)


@functools.lru_cache(maxsize=20_000)
def _shown_line(text: str, length: int) -> str:
    """What `shown` gives for a text; a plan's names stand on many pages."""
    start = text[: 4 * length]
    visible = start if start.isascii() and start.isprintable() else "".join(map(_visible, start))
    line = " ".join(visible.split())
    return line if len(line) <= length and len(text) <= 4 * length else line[:length] + "…"


def _visible(character: str) -> str:
    """The character, a space for a line break or tab, nothing for one that cannot be seen."""
    if character.isspace() or character in JOINERS:
        return character if character in JOINERS else " "
    is_hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs"} or ord(character) in NO_CHARACTERS
    return "" if is_hidden else character


def count_text(number: float) -> str:
    """A whole number with separators; "not reported" for NaN.

    Examples
    --------
    >>> count_text(70240), count_text(float("nan"))
    ('70,240', 'not reported')
    """
    return NOT_REPORTED if pd.isna(number) else f"{number:,.0f}"


def counted_text(number: float) -> str:
    """A number of people that somebody counted; "not counted" for NaN.

    Examples
    --------
    >>> counted_text(1810.4), counted_text(float("nan"))
    ('1,810', 'not counted')
    """
    return "not counted" if pd.isna(number) else f"{number:,.0f}"


def money_text(pounds: float) -> str:
    """Pounds without pence; "not stated" for NaN.

    Examples
    --------
    >>> money_text(249300), money_text(-1200.4), money_text(float("nan"))
    ('£249,300', '-£1,200', 'not stated')
    """
    if pd.isna(pounds):
        return "not stated"
    sign = "-" if round(pounds) < 0 else ""
    return f"{sign}£{abs(pounds):,.0f}"


def pounds_text(pounds: float) -> str:
    """Pounds with pence where there are any; "not stated" for NaN.

    Examples
    --------
    >>> pounds_text(1200), pounds_text(0.35), pounds_text(-2.5)
    ('£1,200', '£0.35', '-£2.50')
    """
    if pd.isna(pounds) or round(pounds, 2) == round(pounds):
        return money_text(pounds)
    return f"{'-' if pounds < 0 else ''}£{abs(pounds):,.2f}"


def price_text(pounds: float) -> str:
    """£ for one of something, exact enough to be multiplied: pence, and below £10 tenths and hundredths of them too.

    Examples
    --------
    >>> price_text(1200), price_text(0.35), price_text(0.0042), price_text(12.345), price_text(float("nan"))
    ('£1,200', '£0.35', '£0.0042', '£12.35', 'not stated')
    """
    if pd.isna(pounds) or pounds == round(pounds):
        return money_text(pounds)
    whole, _, part = f"{abs(pounds):,.{4 if abs(pounds) < 10 else 2}f}".partition(".")
    return f"{'-' if pounds < 0 else ''}£{whole}.{part.rstrip('0').ljust(2, '0')}"


def quantity_text(number: float) -> str:
    """A quantity that is multiplied by a price: two decimals unless it is whole.

    Examples
    --------
    >>> quantity_text(40_000.0), quantity_text(1_234.5)
    ('40,000', '1,234.50')
    """
    return f"{number:,.0f}" if round(number, 2) == round(number) else f"{number:,.2f}"


def draws_text(share: float) -> str:
    """A share of random draws: their number is not known well enough for tenths of a percentage.

    Examples
    --------
    >>> draws_text(1.0), draws_text(0.0), draws_text(0.634), draws_text(0.996)
    ('all', 'none', '63 %', '99.6 %')
    """
    if share in (0.0, 1.0):
        return "all" if share else "none"
    return f"{100 * share:.0f} %" if 0.01 <= share <= 0.99 else percent_text(share)


def percent_text(share: float) -> str:
    """A share of 0 to 1 as a percentage; never 0.0 for something, nor 100.0 for less than all.

    Examples
    --------
    >>> percent_text(0.71875), percent_text(0.0001), percent_text(0.9999), percent_text(float("nan"))
    ('71.9 %', 'under 0.1 %', 'over 99.9 %', 'not reported')
    """
    if pd.isna(share):
        return NOT_REPORTED
    if 0 < share < 0.0005:
        return "under 0.1 %"
    if 0.9995 <= share < 1:
        return "over 99.9 %"
    return f"{100 * share:.1f} %"


def share_text(part: float, whole: float) -> str:
    """One count as a percentage of another.

    Examples
    --------
    >>> share_text(115, 160), share_text(0, 0), share_text(float("nan"), 20)
    ('71.9 %', 'not reported', 'not reported')
    """
    return NOT_REPORTED if pd.isna(part) or pd.isna(whole) or whole == 0 else percent_text(part / whole)


def plural(number: float, one: str, many: str = "") -> str:
    """A count with its noun.

    Examples
    --------
    >>> plural(1, "site"), plural(1200, "site"), plural(2, "library", "libraries")
    ('1 site', '1,200 sites', '2 libraries')
    """
    return f"{count_text(number)} {one if number == 1 else many or one + 's'}"


def speed_text(tier: str) -> str:
    """A tier's speed; the word for it stays away, since publishers disagree on words.

    Examples
    --------
    >>> speed_text("gigabit")
    '1,000 Mbit/s'
    """
    return f"{TIERS[tier].speed_mbps:,.0f} Mbit/s"


def highest_together(values: pd.Series, text: Callable[[float], str]) -> int:
    """How many values print the same as the highest: where several do, none of them is "the highest".

    Examples
    --------
    >>> highest_together(pd.Series([1.0, 0.99999, 0.5, float("nan")]), lambda share: f"{share:.1f}")
    2
    """
    known = values.dropna()
    return 0 if known.empty else int((known.map(text) == text(known.max())).sum())


def month(vintage: str) -> str:
    """The month of a vintage, and the revision where there is one.

    Examples
    --------
    >>> month("2016-06, all premises, revision 1"), month("2013-06, all premises, revision 0")
    ('2016-06 (revision 1)', '2013-06')
    """
    first, _, revision = vintage.partition(", revision ")
    return first.split(",")[0] + (f" (revision {revision})" if revision not in ("", "0") else "")


def signed_text(number: float) -> str:
    """A change of premises as a number of a table.

    Examples
    --------
    >>> signed_text(12.4), signed_text(-1518.1), signed_text(-0.2), signed_text(float("nan"))
    ('12', '-1,518', '0', 'not known')
    """
    return "not known" if pd.isna(number) else f"{round(number) + 0:,.0f}"
