"""Shared by the tests: the tiny world, one browser for the session, and the store of what is made once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from connected_place.coverage.plan import Plan, PlanSteps
from connected_place.scripts.kept.results import FOLDER_VARIABLE

from . import worlds
from .made_once import STORE

if TYPE_CHECKING:
    from .browsing import Tab

# In CI the same cases are drawn each time, so that chance does not fail a change; at a desk chance may find more.
# No deadline: a busy machine is not a defect.
settings.register_profile("project", derandomize=bool(os.environ.get("CI")), deadline=None)
settings.load_profile("project")

BROWSER = os.environ.get("CONNECTED_PLACE_BROWSER", "/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_configure(config: pytest.Config) -> None:
    """Lay the session's store, unless this is a worker, which finds it laid."""
    if not hasattr(config, "workerinput"):
        os.environ[STORE] = tempfile.mkdtemp(prefix="connected-place-tests-")
        os.environ[FOLDER_VARIABLE] = "off"  # a test may replace code, which no kept result would show


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the session's store away."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(STORE), ignore_errors=True)


@pytest.fixture(scope="session", name="worlds")
def _worlds() -> ModuleType:
    """The module `worlds`: functions that make tiny plans and change them."""
    return worlds


@pytest.fixture
def tiny() -> Plan:
    """Two wards, four areas, five sites; drawn in worlds.py."""
    return worlds.tiny()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; scripts/test.py says where it is."""
    if not Path(BROWSER).is_file():
        pytest.skip(f"There is no browser at {BROWSER}: name one in CONNECTED_PLACE_BROWSER.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=list(QUIET))
        yield launched
        launched.close()


@pytest.fixture
def offline(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context without any network."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="session")
def desk(browser: Browser) -> Iterator[Tab]:
    """One tab of a desk's size without a network, for all tests that ask for `tab`: a new one takes time."""
    from .browsing import Tab

    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield Tab(context)
    context.close()


@pytest.fixture
def tab(desk: Tab) -> Iterator[Tab]:
    """A tab of a desk's size without a network, with nothing left of the test before."""
    yield desk
    desk.page.emulate_media(media="null", color_scheme="null")
    desk.page.goto("about:blank")


@pytest.fixture
def tab_of(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Tabs of a size and with settings of their own; closed at the end."""
    from .browsing import Tab

    contexts = []

    def opened(**settings: Any) -> Tab:
        contexts.append(browser.new_context(offline=True, **settings))
        return Tab(contexts[-1])

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def written() -> Callable[[str], dict[str, Path]]:
    """All pages of a world on the disk, written once: a function of the world's name."""
    from . import browsing

    return browsing.written


@pytest.fixture
def looks(browser: Browser, written: Callable[[str], dict[str, Path]]) -> Callable[[str, str], dict[str, dict]]:
    """What all pages of a world show on a kind of screen, looked at once: a function of world and screen."""
    from .page.looks import looks as looks_at

    return lambda world, screen: looks_at(browser, written(world), world=world, screen=screen)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the model's steps that are taken, in their order."""
    names: list[str] = []
    for step in PlanSteps.steps().values():

        def counted(work: PlanSteps, take: Callable[[Any], Any] = step.take, name: str = step.name) -> Any:
            names.append(name)
            return take(work)

        monkeypatch.setattr(step, "take", counted)
    return names
