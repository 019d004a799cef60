"""Every page of a world opened once on each kind of screen, and looked at there in every way that tests ask about.

Opening a page takes longer than most looks at it. So a screen's looks are taken one after another on the open page,
the one that changes the page (every control is used) last, and each test asserts one look at all pages. The two slow
looks (axe on structure, the tree of a screen reader) are taken at the pages that represent the others.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from ..browsing import EVERY_RULE, Tab, covering
from ..made_once import made_once

Found = dict[str, dict[str, Any]]
"""Look to page to what was found."""

OF_COLOUR = ("color-contrast", "link-in-text-block")
"""axe's rules that look at colours; no other can tell light from dark."""

CONTROLS = "a[href], button, input, select, textarea, summary, [role=button], [tabindex='0']"

COLOURS = """
    const light = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const parsed = (text) => {
        const [r, g, b, alpha = 1] = text.match(/[\\d.]+/g).map(Number);
        return { rgb: [r, g, b], alpha };
    };
    const over = (top, below) => top.rgb.map((part, at) => part * top.alpha + below[at] * (1 - top.alpha));
    const luminance = (rgb) => {
        const [r, g, b] = rgb.map((part) => light(part / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const ground = (element) => {
        if (!element) return [255, 255, 255];
        const colour = parsed(getComputedStyle(element).backgroundColor);
        return colour.alpha === 1 ? colour.rgb : over(colour, ground(element.parentElement));
    };
"""
"""Contrast as WCAG 2 counts it, and the colour that lies behind an element."""

TOO_FAINT = (
    "() => {" + COLOURS + """
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const faint = [];
        while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            const text = walker.currentNode.textContent.trim();
            if (!text || !element.checkVisibility()) continue;
            if (element.closest('script, style, svg, .leaflet-container, :disabled')) continue;
            const style = getComputedStyle(element);
            const size = parseFloat(style.fontSize);
            const enough = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
            const behind = ground(element);
            const ratio = contrast(over(parsed(style.color), behind), behind);
            if (ratio < enough) faint.push([text.slice(0, 60), Math.round(ratio * 100) / 100]);
        }
        return faint;
    }"""
)  # fmt: skip

FIRST_OF_EACH_KIND = """(known) => {
    const seen = new Set(known);
    const styled = (one) => {
        const { color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight, position, textDecorationLine }
            = getComputedStyle(one);
        return [one.tagName, one.getAttribute('class') || '', color, backgroundColor, backgroundImage, opacity,
                fontSize, fontWeight, position, textDecorationLine].join(' ');
    };
    const kind = (element) => {
        const parts = [];
        for (let one = element; one; one = one.parentElement) parts.push(styled(one));
        return parts.join(' < ');
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
        const name = kind(element);
        if (seen.has(name)) continue;
        seen.add(name);
        element.setAttribute('data-of-its-kind', '');
    }
    return Array.from(seen);
}"""
"""Marks the first text of each kind that is not known yet: same element, classes, colours and size, same around it."""

OF_ITS_KIND = "[data-of-its-kind]"

SMALL_TARGETS = """
    (controls) => {
        const inSentence = (element) => {
            if (element.tagName !== 'A' || getComputedStyle(element).display !== 'inline') return false;
            const around = element.parentElement.textContent.trim();
            return around.length > element.textContent.trim().length;
        };
        const area = (element) => (element.labels && element.labels.length ? element.labels[0] : element);
        return Array.from(document.querySelectorAll(controls))
            .filter((element) => element.checkVisibility() && element.type !== 'hidden')
            .filter((element) => !element.closest('.leaflet-container') && !inSentence(element))
            .filter((element) => !element.matches('.skip, .scroll'))
            .map((element) => [area(element).getBoundingClientRect(), element.outerHTML.slice(0, 120)])
            .filter(([box]) => box.width < 24 || box.height < 24)
            .map(([box, html]) => [Math.round(box.width), Math.round(box.height), html]);
    }
"""

LINKS = """() => Array.from(document.querySelectorAll('a[href]'), (link) => {
    const at = link.href.indexOf('#');
    return [link.href, at < 0 ? null : document.querySelectorAll(`[id='${link.href.slice(at + 1)}']`).length];
})"""
"""Each link and how many elements of this page its fragment names."""

EVERY_CONTROL = """
    () => {
        const press = (element, key) => element.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
        document.querySelectorAll('details').forEach((one) => { one.open = true; });
        document.querySelectorAll('input[type=radio], input[type=checkbox]').forEach((one) => one.click());
        document.querySelectorAll('main button').forEach((one) => {
            if (one.textContent !== 'Open its page') one.click();  // which leaves the page
        });
        document.querySelectorAll('select').forEach((one) => {
            one.selectedIndex = one.options.length - 1;
            if (!one.dataset.leads) one.dispatchEvent(new Event('change', {bubbles: true}));
        });
        document.querySelectorAll('input[type=range], input[type=number]').forEach((one) => {
            one.value = one.max || 1;
            one.dispatchEvent(new Event('input', {bubbles: true}));
            one.dispatchEvent(new Event('change', {bubbles: true}));
        });
        document.querySelectorAll("[role=button][tabindex='0']").forEach((one) => {
            one.focus();
            for (const key of ['End', 'ArrowLeft', 'Home', 'ArrowDown', 'Enter', ' ']) press(one, key);
        });
    }
"""
"""What a page can be asked to do; each must stay silent too."""

DEAD_CONTROLS = """all => all.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(one).visibility !== 'hidden';
}).map((one) => one.outerHTML)"""


def looks(browser: Browser, files: dict[str, Path], *, world: str, screen: str) -> Found:
    """What every page of a world shows on one kind of screen: "wide", "narrow" or "plain" (without scripts)."""
    settings, look = SCREENS[screen]
    return made_once(f"looks_{world}_{screen}", lambda: _looked(browser, files, settings, look))


def used(tab: Tab, file: Path) -> tuple[int, list[str], list[str]]:
    """Use every control of a page that is open: areas on its map, what it requested beside itself, what it logged."""
    drawn = tab.page.locator("path.area").count()
    tab.page.evaluate(EVERY_CONTROL)
    tab.page.wait_for_timeout(50)
    asked = list(tab.requests)
    asked.remove(file.as_uri())
    return drawn, asked, list(tab.said)


def _looked(
    browser: Browser, files: dict[str, Path], settings: dict[str, Any], look: Callable[[Tab, Path, Any], Any]
) -> Found:
    context = browser.new_context(offline=True, **settings)
    tab, known = Tab(context), {"light": [], "dark": [], "covering": covering(files)}
    by_page = {path: look(tab.open(file).unfold(), file, known) for path, file in files.items()}
    context.close()
    names = next(iter(by_page.values()))
    return {name: {path: found[name] for path, found in by_page.items()} for name in names}


def _wide(tab: Tab, file: Path, known: dict[str, list[str]]) -> dict[str, Any]:
    page = tab.page
    stands_for_others = file.as_posix().endswith(tuple(known["covering"]))
    found = {
        "title": page.title(),
        "links": page.evaluate(LINKS),
        "axe": tab.axe(tags=EVERY_RULE, without=OF_COLOUR) if stands_for_others else {},
        "focusable": _focusable(tab) if stands_for_others else [],
        "small targets": page.evaluate(SMALL_TARGETS, CONTROLS),
    }
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found[f"too faint, {scheme}"] = page.evaluate(TOO_FAINT)
        known[scheme] = page.evaluate(FIRST_OF_EACH_KIND, known[scheme])
        found[f"axe on colours, {scheme}"] = tab.axe(rules=OF_COLOUR, among=OF_ITS_KIND)
    page.emulate_media(color_scheme="light")
    return found | {"used": used(tab, file)}


def _narrow(tab: Tab, file: Path, known: dict[str, list[str]]) -> dict[str, Any]:
    """At 320 px; then enlarged, as a reader enlarges a page that is open: a screen of 1280 by 1024 at 400 %."""
    found = {"small targets": tab.page.evaluate(SMALL_TARGETS, CONTROLS), "320 px": tab.page.evaluate(WIDTH)}
    session = tab.page.context.new_cdp_session(tab.page)
    session.send(
        "Emulation.setDeviceMetricsOverride", {"width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": False}
    )
    found["400 %"] = tab.page.evaluate(WIDTH)
    session.send("Emulation.clearDeviceMetricsOverride")
    session.detach()
    return found


def _plain(tab: Tab, file: Path, known: dict[str, list[str]]) -> dict[str, Any]:
    dead = tab.page.locator("button, input, select, textarea, [role=button]")
    return {"dead": dead.evaluate_all(DEAD_CONTROLS)}


def _focusable(tab: Tab) -> list[dict[str, Any]]:
    """All that takes the focus, as the browser tells it to a screen reader."""
    session = tab.page.context.new_cdp_session(tab.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        {"role": node["role"], "name": node.get("name", {})}
        for node in nodes
        if any(item["name"] == "focusable" and item["value"].get("value") for item in node.get("properties", []))
    ]


WIDTH = "document.documentElement.scrollWidth"
SCREENS: dict[str, tuple[dict[str, Any], Callable[[Tab, Path, Any], dict[str, Any]]]] = {
    "wide": ({"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}, _wide),
    "narrow": ({"viewport": {"width": 320, "height": 640}}, _narrow),
    "plain": ({"viewport": {"width": 1280, "height": 720}, "java_script_enabled": False}, _plain),
}
"""Settings of each screen (no motion on the first: its colours are read right after a change) and its looks."""
