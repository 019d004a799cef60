"""What each part of the bid pack costs, beside the rest of what is written.

Run with: python scripts/bench/pack.py [PLAN]
PLAN is a folder with a plan.toml (default: the embedded borough). Prints seconds on the wall and of the processor, and
how large each part is. Files go to a temporary folder.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def timed(name: str, part: Callable[[], object]) -> object:
    """Do a part and print what it took."""
    wall_s, processor_s = time.perf_counter(), time.process_time()
    result = part()
    wall_s, processor_s = time.perf_counter() - wall_s, time.process_time() - processor_s
    print(f"{name:24} {wall_s:6.2f} s on the wall {processor_s:6.2f} s of the processor {_size(result)}")
    return result


def _size(result: object) -> str:
    """Size of what was made, where it is bytes or text."""
    if isinstance(result, dict):
        return _size(b"".join(part if isinstance(part, bytes) else str(part).encode() for part in result.values()))
    content = result.encode() if isinstance(result, str) else result
    return f"{len(content) / 1_000:10,.0f} kB" if isinstance(content, bytes) else ""


def main() -> None:
    """Make every part once, in the order of a run."""
    from connected_place.api import OpenPlan
    from connected_place.gis_data.catalogue import SAMPLE
    from connected_place.maps.document import Document
    from connected_place.maps.figures.of_plan import plan_figures
    from connected_place.maps.formats import OUTPUT_FORMATS, PICTURES_FOLDER, OutputContent
    from connected_place.maps.gis.geopackage import write_geopackage
    from connected_place.maps.gis.kml import kml_bytes
    from connected_place.maps.gis.layers import gis_layers
    from connected_place.maps.gis.open_tables import geoparquet_files, wkt_tables
    from connected_place.maps.pack import writing as pack
    from connected_place.maps.pack.bid import Bid
    from connected_place.maps.pack.content import pack_document
    from connected_place.maps.pack.funds import chosen_fund
    from connected_place.maps.pictures.gallery import Picture
    from connected_place.maps.pictures.gallery import pictures as pictures_of
    from connected_place.maps.printing.tagged_pdf import pdf_bytes
    from connected_place.maps.printing.word import word_bytes
    from connected_place.maps.workbook.book import workbook_bytes
    from connected_place.scripts.config.plan_file import read_plan_file

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", nargs="?", type=Path, default=SAMPLE)
    file = read_plan_file(parser.parse_args().plan)
    made = OpenPlan(file=file).plan().record
    print()

    def drawn() -> tuple[Picture, ...]:
        return pictures_of(made)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        headline = made.parameters.gaps.headline
        layers = timed("layers", lambda: gis_layers(made))
        assert isinstance(layers, tuple)
        pictures = timed("pictures", drawn)
        assert isinstance(pictures, tuple)
        shown = OutputContent(plan=made, layers=layers, pictures=pictures)
        for item in OUTPUT_FORMATS:
            if item.pack == PICTURES_FOLDER:
                item.write(shown, folder / PICTURES_FOLDER)
        known = timed("figures", lambda: plan_figures(made))
        assert isinstance(known, dict)
        fund = chosen_fund(file.parameters, folder=file.path.parent)
        blocks = {picture.name: pack._block(picture) for picture in pictures}
        bid = Bid(plan=made, fund=fund, figures=known, pictures=blocks)
        document = timed("content", lambda: pack_document(bid))
        assert isinstance(document, Document)
        timed("Word", lambda: word_bytes(document, folder=folder))
        timed("PDF", lambda: pdf_bytes(document, folder=folder))
        timed("workbook", lambda: workbook_bytes(made, pictures))
        timed("GeoParquet", lambda: geoparquet_files(layers))
        timed("CSV with shapes", lambda: wkt_tables(layers))
        timed("KML", lambda: kml_bytes(made))
        timed("GeoPackage", lambda: write_geopackage(layers, folder / "plan.gpkg", headline=headline))


if __name__ == "__main__":
    main()
