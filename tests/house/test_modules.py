"""Guards of every module: it is documented, imports, keeps its examples, and leaves talk to the commands."""

import ast
import doctest
import importlib

import pytest

from .reading import import_name, is_program, layer_of, name_of, sources, tree

MODULES = [import_name(path) for path in sources() if not is_program(path)]


def test_model_and_data_neither_print_nor_read_the_environment():
    faults = [f"{name_of(p)}:{n}: {what}" for p in sources() if layer_of(p) != "scripts" for n, what in talk(tree(p))]
    assert not faults, "\n".join(["return values, and take parameters, instead of:", *faults])


def talk(module):
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno, "print"
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield node.lineno, f"os.{node.attr}"
        if isinstance(node, ast.alias) and node.name in ("environ", "getenv"):
            yield node.lineno, node.name


@pytest.mark.parametrize("line", ["print(1)", "import os\nos.environ['A']", "from os import environ", "os.getenv('A')"])
def test_the_guard_against_talk_sees_it(line):
    assert list(talk(ast.parse(line)))


def test_everything_public_has_a_docstring():
    paths = [path for path in sources() if layer_of(path) != "scripts"]
    bare = [f"{name_of(path)}: {name}" for path in paths for name in undocumented(tree(path), "the module")]
    assert not bare, "\n".join(["without a docstring:", *bare])


def undocumented(node, name):
    """The public names in a module or class, itself included, that have no docstring."""
    if not ast.get_docstring(node):
        yield name
    for child in node.body:
        public = not getattr(child, "name", "_").startswith("_")
        if isinstance(child, ast.ClassDef) and public:
            yield from undocumented(child, child.name)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and public and not ast.get_docstring(child):
            yield child.name


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports_and_its_examples_run(name):
    module = importlib.import_module(name)
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, _ = doctest.testmod(module, optionflags=options)
    assert not failed, f"{failed} examples in {name} give something else than their docstring says"
