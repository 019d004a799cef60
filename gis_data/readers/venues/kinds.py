"""What kind of place a venue is: by the council's own word for it, else as its name suggests."""

from __future__ import annotations

import re

import pandas as pd

KIND_WORDS = {
    "library": ("librar",),
    "school": ("school", "academy", "college"),
    "health": ("gp", "surgery", "health", "clinic", "hospital", "practice"),
    "street furniture": ("lamp", "column", "cctv", "street furniture", "bus shelter"),
    "community centre": ("community", "village hall", "hub"),
    "leisure": ("leisure", "sport", "pool", "gym"),
    "car park": ("car park",),
    "park": ("park", "pavilion", "recreation"),
    "market": ("market",),
    "council office": ("office", "civic", "town hall", "depot"),
}

KINDS_OF_VENUES = (*KIND_WORDS, "station", "other")

NOT_PARKS = re.compile(
    r"\b(?:retail|business|science|industrial|trading|technology|enterprise|caravan|trailer|mobile home|theme|water|"
    r"office|logistics|distribution|energy|solar|wind|lorry|truck|coach|bus|vehicle|cycle|bike|school|skate)\s+parks?\b"
    r"|\bpark(?:ing|s?ide)\b|\bpark\s*(?:and|&|\+)\s*ride\b|\b(?:supermarket|marketing)\w*",
    re.IGNORECASE,
)
"""What bears the word of a kind and is another thing."""

_WORD = "[\\w'\u2019.-]+"
_NO_STREET = "at|on|in|by|near|opposite|outside|off|cctv|cameras?|lamps?|columns?|posts?|library|depot|surgery"

STREET = re.compile(
    rf"(?:\b(?!(?:{_NO_STREET})\b){_WORD}\s+)?\b(?!(?:at|on|in|by|near|the)\b){_WORD}\s+"
    r"(?:road|rd|street|st|lane|ln|avenue|ave|drive|dr|close|way|crescent|grove|terrace|row|place|square|hill|walk|"
    r"mews|gardens|green|gate|parade|approach|view|rise|court)\b\.?",
    re.IGNORECASE,
)
"""A street's name: in "CCTV, School Road" it says where the camera is, not what it is."""

WHERE = re.compile(
    r"\s+(?:at|on|near|nr|opposite|opp|outside|o/s|adjacent to|adj|beside|behind|by|off|junction|jct|corner of|c/o)\s+",
    re.IGNORECASE,
)
"""What follows one of these says where a place is."""

_PARTS = re.compile(r"[,;:(|/]|\s[-\u2013\u2014]+\s")


def kind_of(text: str) -> str:
    """The kind of a venue from the council's own word for it; "other" where none fits.

    Examples
    --------
    >>> kind_of("CCTV column"), kind_of("Public Library"), kind_of("Cemetery"), kind_of("Car Park")
    ('street furniture', 'library', 'other', 'car park')
    >>> kind_of("Retail park"), kind_of("Parks")
    ('other', 'park')
    """
    lower = NOT_PARKS.sub(" ", text.casefold())
    return next(
        (kind for kind, words in KIND_WORDS.items() if any(re.search(rf"\b{word}", lower) for word in words)), "other"
    )


def kind_of_name(name: str) -> str:
    """The kind that a venue's name suggests: by its main noun, never by a street; "other" where none does.

    Examples
    --------
    >>> kind_of_name("CCTV at School Road"), kind_of_name("Library Car Park"), kind_of_name("Lakeside Retail Park")
    ('street furniture', 'car park', 'other')
    >>> kind_of_name("Main Hall, Oakfield School"), kind_of_name("12 College Street")
    ('school', 'other')
    """
    parts = _PARTS.split(WHERE.split(name)[0])
    found = (_main_noun(STREET.sub(" ", part)) for part in parts)
    return next((kind for kind in found if kind), "other")


def _main_noun(text: str) -> str:
    """The kind named last in a phrase, as "car park" in "library car park"; empty where none is."""
    lower = NOT_PARKS.sub(" ", text.casefold())
    found = [
        (match.end(), len(match[0]), kind)
        for kind, words in KIND_WORDS.items()
        for word in words
        for match in re.finditer(rf"\b{word}(?:y|ies|s|es)?\b", lower)
    ]
    return max(found)[2] if found else ""


def kinds_of(words: pd.Series, names: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The kind of each venue, and where it is a guess from its name.

    Parameters
    ----------
    words : Series of str
        The council's own word for each; "" where it has none.
    names : Series of str
    """
    guessed = words == ""
    stated = {word: kind_of(word) for word in words.unique()}
    by_name = {name: kind_of_name(name) for name in names[guessed].unique()}
    return words.map(stated).mask(guessed, names.map(by_name)), guessed


def guesses_text(kinds: pd.Series, names: pd.Series) -> str:
    """Guessed kinds in words: how many of each, and which.

    Examples
    --------
    >>> guesses_text(pd.Series(["park", "other", "other"]), pd.Series(["Fern Park", "Depot A", "Depot B"]))
    'other (2: Depot A, Depot B); park (1: Fern Park)'
    """
    groups = {kind: sorted(names[kinds == kind]) for kind in sorted(kinds.unique())}
    return "; ".join(
        f"{kind} ({len(found):,}: {', '.join(found[:5])}{', ...' if len(found) > 5 else ''})"
        for kind, found in groups.items()
    )
