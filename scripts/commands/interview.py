"""The interview that asks for swing weights: its questions, and the answers it accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from connected_place.scripts.commands.swings import Swing, number_text, range_text, swing_lines
from connected_place.scripts.terminal import wrapped_lines

Ask = Callable[[str], str]
"""Shows a prompt and returns the line that was typed."""
Say = Callable[[str], None]
"""Shows a line."""
Show = Callable[[Mapping[str, float]], None]
"""Shows the effect of weights."""

MOST = 100.0
WEIGHT_DECIMALS = 2

INTRODUCTION = (
    "How the weights are set: swing weights (von Winterfeldt and Edwards 1986).",
    "Imagine an area without any need: every criterion below is at the no-need end of its scale. One criterion can "
    "move from there to its full-need end. The move that would make you spend there first gets 100. Each other move "
    "gets 0 to 100 in comparison: 50 counts half as much, 0 does not count.",
    "Judge the whole move over the scale shown, not how important the words sound: how many people it affects, and how "
    "much it changes for them. The scale is the same for every council; the line 'here' shows how far your own areas "
    "spread along it. A criterion that hardly varies between them cannot change their order, whatever its weight.",
    "Enter keeps the answer in brackets, b goes back, ? explains, q quits. Nothing is written until the end.",
)

EXPLAINED = {
    "first": (
        "All criteria are at no need. Type the number of the one that you would least like to see at full need: it "
        "gets 100, and all others are measured against it. If two are equal, choose either and give the other 100 too.",
    ),
    "other": (
        "Compare two moves, each over its whole scale: this one, and the first one, which has 100. 100: both count "
        "the same. 50: two moves like this one count as much as the first. 0: it does not count. If this one counts "
        "more than the first, type b until you are back at the first question, and choose it there.",
    ),
    "write": ("y changes the weights in plan.toml and nothing else in it; n and q leave it unchanged; b goes back.",),
}


class Left(Exception):  # noqa: N818 - no error: the person has decided
    """The user wants nothing written."""


class _Back(Exception):  # noqa: N818 - never leaves this module
    """The user wants to go back to the previous question."""


def interview(items: Sequence[Swing], *, ask: Ask, say: Say, show: Show) -> dict[str, float]:
    """Ask for swing weights, show their effect, and ask whether to write them.

    Parameters
    ----------
    items : sequence of Swing
        At least two.
    ask, say, show : callable

    Returns
    -------
    dict of str to float
        By criterion, the largest 100.

    Raises
    ------
    Left
        Nothing is to be written.
    """
    for text in INTRODUCTION:
        _say_all(say, ["", *wrapped_lines(text)])
    for number, item in enumerate(items, start=1):
        _say_all(say, ["", *swing_lines(item, number=number)])
    first, given, step = heaviest(items), dict[str, float](), 0
    while step <= len(items):
        try:
            if step == 0:
                first = _ask_first(items, first, ask=ask, say=say)
            elif step < len(items):
                item = _others(items, first)[step - 1]
                given[item.criterion.key] = _ask_other(item, items[first], given, ask=ask, say=say)
            else:
                show(_weights(items, first, given))
                _ask_to_write(ask=ask, say=say)
            step += 1
        except _Back:
            step = max(0, step - 1)
    return _weights(items, first, given)


def heaviest(items: Sequence[Swing]) -> int:
    """Position of the criterion with the largest weight now; the first, if there are several."""
    return max(range(len(items)), key=lambda position: (items[position].weight, -position))


def present_answer(item: Swing, first: Swing) -> float:
    """The answer that keeps a weight's present ratio to that of the first criterion, at most 100."""
    if first.weight <= 0:
        return MOST if item.weight > 0 else 0.0
    return min(MOST, round(MOST * item.weight / first.weight, WEIGHT_DECIMALS))


def _weights(items: Sequence[Swing], first: int, given: Mapping[str, float]) -> dict[str, float]:
    keys = [item.criterion.key for item in items]
    return {key: MOST if number == first else given[key] for number, key in enumerate(keys)}


def _others(items: Sequence[Swing], first: int) -> list[Swing]:
    return [item for number, item in enumerate(items) if number != first]


def _ask_first(items: Sequence[Swing], present: int, *, ask: Ask, say: Say) -> int:
    moves = [f"{number:3}. {_move(item)}" for number, item in enumerate(items, start=1)]
    _say_all(say, ["", "The moves, from no need to full need:", *moves])
    while True:
        text = _reply(f"Which move counts most? 1 to {len(items)} [{present + 1}]: ", "first", ask=ask, say=say)
        if not text:
            return present
        if text.isdecimal() and 1 <= int(text) <= len(items):
            return int(text) - 1
        say(f"Type a number from 1 to {len(items)}, or Enter for {present + 1}.")


def _ask_other(item: Swing, first: Swing, given: Mapping[str, float], *, ask: Ask, say: Say) -> float:
    present = given.get(item.criterion.key, present_answer(item, first))
    here = " to ".join(number_text(level, item.criterion.unit) for level in (item.low, item.high))
    _say_all(say, ["", f"     100: {_move(first)}", f"       ?: {_move(item)} (here {here})"])
    while True:
        text = _reply(f"How much does the second move count? 0 to 100 [{present:g}]: ", "other", ask=ask, say=say)
        if not text:
            return present
        number = _number(text)
        if 0 <= number <= MOST:
            return round(number, WEIGHT_DECIMALS)
        say(f"Type a number from 0 to 100, or Enter for {present:g}. If it counts more than the first, go back with b.")


def _ask_to_write(*, ask: Ask, say: Say) -> None:
    """Ask until the answer is yes.

    Raises
    ------
    Left
    """
    say("")
    while True:
        text = _reply("Write these weights to plan.toml? y or n: ", "write", ask=ask, say=say).casefold()
        if text in ("y", "yes"):
            return
        if text in ("n", "no"):
            raise Left
        say("Type y or n.")


def _reply(prompt: str, topic: str, *, ask: Ask, say: Say) -> str:
    """What was typed, unless it is a command.

    Raises
    ------
    Left, _Back
    """
    while True:
        text = ask(prompt).strip()
        if text.casefold() in ("q", "quit"):
            raise Left
        if text.casefold() in ("b", "back"):
            raise _Back
        if text != "?":
            return text
        for paragraph in EXPLAINED[topic]:
            _say_all(say, wrapped_lines(paragraph))


def _move(item: Swing) -> str:
    return f"{item.words}: {range_text(item.criterion.none_at, item.criterion.full_at, item.criterion.unit)}"


def _number(text: str) -> float:
    """A number as typed; NaN if it is not a number."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _say_all(say: Say, lines: Sequence[str]) -> None:
    for line in lines:
        say(line)
