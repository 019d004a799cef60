"""messages.toml and the code agree: each message is used, each call fills in its fields, and the English is natural."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from connected_place.gis_data import errors
from connected_place.gis_data.errors import Fault, fault

ROOT = Path(__file__).parents[2]
ROOMS = ("gis_data", "coverage", "maps", "scripts")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
CONTENT = tomllib.loads((ROOT / "gis_data" / "messages.toml").read_text(encoding="utf-8"))
MESSAGES = {
    f"{code}.{variant}" if variant else code: words
    for code, table in CONTENT.items()
    if code != "shared"
    for variant, words in ({"": table} if "do" in table else table).items()
}
PLACE = {"file", "column", "rows", "value", "blocks"}
"""What every fault may have; all other keywords of a call are fields of its message."""
METHODS = {"fault", "warning", "error", "refused"}
"""Faults of an input file, a download or a clash: their callers fill in the file."""
_PARSER = "parser"
"""Has an `error` that is not a fault."""
VERBS = (
    *("Add", "Allow", "Ask", "Check", "Choose", "Close", "Copy", "Correct", "Cut", "Delete", "Did", "Download", "Draw"),
    *("Export", "Fill", "Get", "Give", "Keep", "Leave", "Make", "Move", "Multiply", "Name", "Open", "Pack", "Put"),
    *("Raise", "Relax", "Remove", "Rename", "Reproject", "Resample", "Restore", "Run", "Save", "Say", "Search", "Set"),
    *("Start", "Store", "Swap", "Take", "Tell", "Unmerge", "Unpack", "Use", "Wait", "Warp", "Write"),
)
UNNATURAL = (
    *(r"\bto mend\b", r"\bmend\b", r"\bit is none of\b", r"\bcounts nothing\b", r"(?<![Tt]here )\b(is|are) no\b"),
    *(r"\banew\b", r"\bbut for\b", r"\bstands? (for|in|there|at)\b", r"\bsaid of\b", r"\bsays of\b", r"\bsay of\b"),
    *(r"\btold\b", r"\bof which nobody\b", r"\bto the letter\b", r"\bgoes on where\b", r"\bhave not\b", r"\bhas not\b"),
    *(r"\bpass or fail\b", r"\bsmall letters\b", r"\(s\)", r"^Of\b", r"\. Of\b", r"\d %", r"\bbeside\b", r"\bholds?\b"),
)
"""Turns of phrase that read as translated: the not-list of the house, and phrases found here before."""


def texts(words: dict[str, object]) -> list[str]:
    """All texts of one message."""
    found = words["found"]
    return [*(found.values() if isinstance(found, dict) else [found]), words.get("why", ""), words["do"]]


def with_shared(text: str) -> str:
    for name, sentence in CONTENT["shared"].items():
        text = text.replace(f"{{{name}}}", sentence)
    return text


def name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def calls_in(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]


def fields_given(call: ast.Call) -> set[str]:
    return {keyword.arg for keyword in call.keywords if keyword.arg} - PLACE


def makes_a_fault(function: ast.expr, wrappers: dict[str, set[str]]) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in METHODS and name_of(function.value) != _PARSER
    return name_of(function) in {"fault", "make"} | wrappers.keys()


def wrappers_in(tree: ast.Module, known: dict[str, set[str]]) -> dict[str, set[str]]:
    """Functions whose first parameter is `key` and that pass it on, with the fields that they add."""
    found = {}
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = [item.arg for item in (*node.args.posonlyargs, *node.args.args) if item.arg != "self"]
        passed = [call for call in calls_in(node) if name_of(call.args[0]) == "key" and makes_a_fault(call.func, known)]
        if names[:1] == ["key"] and passed:
            found[node.name] = set().union(*map(fields_given, passed))
    return found


def keys_of(argument: ast.expr) -> list[str]:
    """The keys that an argument may be: a text, or one of two by a condition."""
    if isinstance(argument, ast.IfExp):
        return [*keys_of(argument.body), *keys_of(argument.orelse)]
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


def all_calls() -> list[tuple[str, list[str], set[str]]]:
    """Place, keys and fields of every call that makes a fault; what a wrapper adds counts with its calls."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    public: dict[str, set[str]] = {}
    for _ in range(2):  # a public wrapper may pass its key to another
        for tree in trees.values():
            public |= {name: added for name, added in wrappers_in(tree, public).items() if not name.startswith("_")}
    found = []
    for path, tree in trees.items():
        wrappers = public | wrappers_in(tree, public)
        for call in calls_in(tree):
            name, key = name_of(call.func), call.args[0]
            if name_of(key) == "key" or name == "make" or not makes_a_fault(call.func, wrappers):
                continue
            is_open = any(keyword.arg is None for keyword in call.keywords)
            place = f"{path.relative_to(ROOT)}:{call.lineno}"
            found.append((place, [] if is_open else keys_of(key), fields_given(call) | wrappers.get(name, set())))
    return found


CALLS = all_calls()


def fields_of(key: str) -> set[str]:
    return set(errors._templates()[key].fields)


def test_every_call_states_its_key_as_text():
    """A key that is put together could not be looked for, nor checked here."""
    assert len(CALLS) > 150
    assert not [place for place, keys, _ in CALLS if not keys]


def test_every_message_that_the_code_names_is_there_and_none_is_unused():
    used = {key for _, keys, _ in CALLS for key in keys}
    assert used - MESSAGES.keys() == set()
    assert MESSAGES.keys() - used == set()


def test_every_call_gives_exactly_the_fields_of_its_message():
    wrong = [
        (place, key, sorted(fields ^ fields_of(key)))
        for place, keys, fields in CALLS
        for key in keys
        if key in MESSAGES and fields != fields_of(key)
    ]
    assert wrong == []


def test_no_fault_is_worded_in_code():
    worded = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and name_of(node.func) == "Fault" and path.name != "errors.py"
    ]
    assert worded == []


@pytest.mark.parametrize("key", MESSAGES)
def test_a_message_says_what_was_found_and_what_to_do_in_sentences(key):
    words = MESSAGES[key]
    assert words.keys() <= {"found", "why", "do"}
    assert [text for text in texts(words)[:-1] if text and not re.fullmatch(r'[A-Z\d"{].*[.}]', text)] == []
    do = with_shared(words["do"])
    assert do.startswith("{remedy} ") or do.partition(" ")[0].strip(":") in VERBS
    assert do.endswith((".", '"?', "}?"))


@pytest.mark.parametrize("key", MESSAGES)
def test_a_message_is_natural_english(key):
    said = " ".join(map(with_shared, texts(MESSAGES[key])))
    assert [phrase for phrase in UNNATURAL if re.search(phrase, said)] == []


@pytest.mark.parametrize(("count", "words"), [(0, "0 of 3 cells are"), (1, "1 of 3 cells is"), (2, "2 of 3 cells are")])
def test_one_is_in_the_singular(count, words):
    assert fault("NOT_A_NUMBER", count=count, total=3).message.startswith(words)


def test_numbers_have_their_thousands_apart():
    assert "row 1,234, character 5" in fault("NOT_GEOJSON.syntax", row=1_234, character=5).message


@pytest.mark.parametrize("value", ["{lad}", "{", "}{", "{0.__class__}", "%s", r"\1 \g<0>", "{{reason}}", "{reason}"])
def test_braces_in_a_value_are_shown_unchanged(value):
    shown = fault("NOT_TOML.plan", file="plan.toml", reason=value)
    assert shown.message == f"The file cannot be read: {value}."


def test_a_field_is_not_looked_at_again_for_other_fields():
    shown = fault("UNKNOWN_KEY.near", name="{nearest}", nearest="lad")
    assert shown.message == '"{nearest}" is not a known name here.'


def test_a_code_has_no_variant_in_it_and_the_place_is_kept():
    assert fault("EMPTY.file", file="a.csv", column="c", rows=[3], value="v", blocks=False) == Fault(
        code="EMPTY",
        message="The file is empty (0 bytes).",
        remedy="Download or export it again.",
        file="a.csv",
        column="c",
        rows=(3,),
        value="v",
        blocks=False,
    )


@pytest.mark.parametrize(
    ("key", "fields", "error"),
    [
        ("NO_SUCH_CODE", {}, KeyError),
        ("EMPTY", {}, KeyError),
        ("EMPTY.nothing", {}, KeyError),
        ("FILE_TWICE", {}, TypeError),
        ("FILE_TWICE", {"other": "a", "more": "b"}, TypeError),
        ("FILE_TWICE", {"more": "b"}, TypeError),
    ],
)
def test_a_wrong_key_or_field_is_an_error_of_the_program_at_once(key, fields, error):
    with pytest.raises(error, match=key):
        fault(key, **fields)
