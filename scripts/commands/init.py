"""Start a plan: a commented plan.toml and the list of files to download."""

from __future__ import annotations

import re
from pathlib import Path

from connected_place.coverage.parameters import funding_models
from connected_place.gis_data.catalogue import Source, catalogue
from connected_place.gis_data.errors import CommandError, fault
from connected_place.maps.folder import write_files

_CODE = re.compile(r"(E0[6-9]|W06|S12|N09)\d{6}")


def init(folder: Path, *, lad: str, name: str) -> int:
    """Write plan.toml and DOWNLOADS.md into a new or empty folder.

    Raises
    ------
    CommandError
        NOT_A_CODE, CANNOT_WRITE, or PLAN_EXISTS: a plan is never overwritten.
    """
    if not _CODE.fullmatch(lad):
        raise CommandError(fault("NOT_A_CODE", value=lad))
    if (folder / "plan.toml").exists():
        raise CommandError(fault("PLAN_EXISTS", file=str(folder / "plan.toml")))
    try:
        write_files(folder, {"plan.toml": plan_toml(lad, name), "DOWNLOADS.md": downloads(lad)})
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(fault("CANNOT_WRITE.new_plan", file=str(folder), reason=reason)) from error
    print(f"Wrote {folder / 'plan.toml'} and {folder / 'DOWNLOADS.md'}.")
    print(
        f"Next: put the files listed in DOWNLOADS.md into {folder / 'data'}, then run: connected-place check {folder}"
    )
    return 0


def plan_toml(lad: str, name: str) -> str:
    """A plan.toml with every setting explained, and the sources as comments ready for use."""
    head = Path(__file__).with_name("templates").joinpath("plan.toml").read_text(encoding="utf-8")
    sources = "\n".join(_source_entry(source) for source in catalogue().values())
    head = head.replace("@MODELS@", ", ".join(funding_models.FUNDING_MODELS))
    return head.replace("@LAD@", lad).replace("@NAME@", _toml_text(name or lad)) + sources


def downloads(lad: str) -> str:
    """The list of files to download, as Markdown."""
    lines = [
        f"# Files to download for {lad}",
        "",
        "Put them in the folder `data` next to plan.toml, exactly as downloaded.",
        "",
    ]
    for source in sorted(catalogue().values(), key=lambda item: ("yes", "recommended", "optional").index(item.needed)):
        lines += [
            f"## {source.title}",
            f"- Needed: {source.needed}{'' if source.used else ' (checked, not used by this version)'}",
            f"- From: {source.publisher}{', ' + source.page if source.page else ''}",
            f"- Download: {source.get}",
            f"- Licence: {source.licence}",
            f'- In plan.toml: `kind = "{source.id}"`',
            "",
        ]
    return "\n".join(lines)


def _source_entry(source: Source) -> str:
    return (
        f"\n# {source.title} ({source.publisher}). Needed: {source.needed}.\n# {source.get}\n"
        f'# [[source]]\n# kind = "{source.id}"\n# path = "data/..."\n'
        '# url = "https://..."    # only for: connected-place fetch\n'
    )


def _toml_text(text: str) -> str:
    """Text that is safe between quotation marks in TOML."""
    return "".join(char for char in text if char.isprintable()).replace("\\", "\\\\").replace('"', '\\"')
