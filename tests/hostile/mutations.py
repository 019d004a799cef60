"""Seeded damage to files of shapes and grids: to their bytes, as by a bad disk, and to their values, as by people."""

from __future__ import annotations

import copy
import json
import random
import sqlite3
import struct
from collections.abc import Callable

NUMBERS = (0, 1, -1, 2**31 - 1, -(2**31), 2**32 - 1, 0x7FF0_0000, 255, 65_535)
HOSTILE_VALUES = (
    *(None, True, "", " ", "\ud83d", "\x1b[31m", "<b>", "E05000001", "e05000001", "=1+1", "a" * 5_000, "\0"),
    *(0, -1, 10**400, 1e308, -0.0, float("nan"), float("inf"), 2**63, [], {}, [[]], [None], {"": {}}, [[[[[0]]]]]),
    *([1, 2], ["x", "y"], [1e9, 1e9], [0.3, 51.5], "Point", "Polygon", "GeometryCollection", "FeatureCollection"),
    *("EPSG:4326", "EPSG:5701", "EPSG:99999", "urn:ogc:def:crs:EPSG::27700"),
)


def damaged_bytes(content: bytes, chance: random.Random) -> bytes:
    """Bytes flipped, overwritten, cut out, repeated or cut off: mostly once."""
    found = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        if found:
            chance.choice(_DAMAGES)(found, chance)
    return bytes(found)


def _flip(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _overwrite(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    count = chance.randint(1, 8)
    letters = (
        chance.choices(b'0123456789.-eE[]{}:,"ntf ', k=count) if chance.random() < 0.5 else chance.randbytes(count)
    )
    content[at : at + count] = bytes(letters)


def _extreme_number(content: bytearray, chance: random.Random) -> None:
    at, order = chance.randrange(len(content)), chance.choice("<>")
    content[at : at + 4] = struct.pack(order + "I", chance.choice(NUMBERS) & 0xFFFF_FFFF)


def _cut_out(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    del content[at : at + chance.randint(1, 64)]


def _repeat(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    content[at:at] = content[at : at + chance.randint(1, 64)]


def _cut_off(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


_DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(_flip, _overwrite, _overwrite, _extreme_number, _extreme_number, _cut_out, _repeat),
    _cut_off,
)


def damaged_json(content: bytes, chance: random.Random) -> bytes:
    """GeoJSON in which one to three values, anywhere, are something else, or a key is given twice."""
    found = json.loads(content)
    for _ in range(chance.randint(1, 3)):
        features = found.get("features") if chance.random() < 0.85 else None
        _replace_one(features if isinstance(features, list) else found, chance)
    text = json.dumps(found, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        text = text.replace(b'"properties": {', b'"properties": {"a": 1, "a": 2, ', 1)
    return text


def _replace_one(found: object, chance: random.Random) -> None:
    """Walk down at random and replace, remove or repeat what is there."""
    while True:
        keys = list(found) if isinstance(found, dict) else list(range(len(found))) if isinstance(found, list) else []
        if not keys:
            return
        key = chance.choice(keys)
        inner = found[key]  # type: ignore[index]
        if chance.random() < 0.93 and isinstance(inner, dict | list) and inner:
            found = inner
            continue
        if chance.random() < 0.1:
            del found[key]  # type: ignore[attr-defined]
        elif chance.random() < 0.1 and isinstance(found, list):
            found.append(copy.deepcopy(inner))
        else:
            found[key] = copy.deepcopy(chance.choice(HOSTILE_VALUES))  # type: ignore[index]
        return


def damaged_database(content: bytes, chance: random.Random) -> bytes:
    """A GeoPackage in which one to three cells, of any table, are something else; shapes are damaged as bytes."""
    database = sqlite3.connect(":memory:")
    database.deserialize(content)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    tables = ("a", "a", "a", "gpkg_geometry_columns", "gpkg_contents", "gpkg_spatial_ref_sys")
    for _ in range(chance.randint(1, 3)):
        table = chance.choice(tables)
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        column = chance.choice(columns)
        rows = database.execute(f'SELECT rowid, "{column}" FROM "{table}"').fetchall()
        row, old = chance.choice(rows) if rows else (0, None)
        try:
            database.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (_cell(old, chance), row))
        except (sqlite3.Error, OverflowError, UnicodeEncodeError):
            continue
    database.commit()
    found = database.serialize()
    database.close()
    return found


def _cell(old: object, chance: random.Random) -> object:
    """Another value for a cell; for a shape, its binary damaged behind its first bytes."""
    if isinstance(old, bytes) and len(old) > 48 and chance.random() < 0.8:
        return old[:8] + damaged_bytes(old[8:], chance)
    value = chance.choice(HOSTILE_VALUES)
    return value if isinstance(value, str | int | float | None) else chance.randbytes(chance.randint(0, 40))
