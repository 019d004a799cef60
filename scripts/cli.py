"""The command `connected-place`: its commands and options. Large libraries load only when they are needed."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from connected_place.gis_data.errors import CommandError, ConnectedPlaceError

_DONE, _BLOCKED, WRONG_COMMAND, _INTERRUPTED = 0, 1, 2, 130
DEMO_FOLDER = "connected-place-demo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; exit code 0: done, 1: the input has problems, 2: the command is wrong, 130: interrupted."""
    _show_what_the_terminal_can()
    asked = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    try:
        code = int(asked.run(asked))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _leave_the_pipe()
        return _DONE
    except KeyboardInterrupt:
        _say("\nInterrupted. Nothing was written; files from an earlier run are unchanged.")
        return _INTERRUPTED
    except CommandError as error:
        _say_faults(error)
        return WRONG_COMMAND
    except ConnectedPlaceError as error:
        _say_faults(error)
        return _BLOCKED


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    top = argparse.ArgumentParser(
        prog="connected-place",
        description="Turns official open data into a costed, evidenced shortlist of sites for public Wi-Fi.",
        epilog="PLAN is a plan.toml, or a folder that contains one. Exit codes: 0 done, 1 the input has problems, "
        "2 the command is wrong, 130 interrupted.",
    )
    top.add_argument("--version", action=_Version)
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    demo = commands.add_parser("demo", help="make a complete plan for an invented borough, to see the results")
    demo.add_argument("--out", type=Path, default=Path(DEMO_FOLDER), help=f"output folder (default: {DEMO_FOLDER})")
    demo.set_defaults(run=_demo)

    run = commands.add_parser("run", help="make a plan: pages, tables, GeoPackage, bid pack and manifest")
    run.add_argument("plan", metavar="PLAN", type=Path)
    run.add_argument("--out", type=Path, help="output folder (default: the folder 'output' next to plan.toml)")
    run.add_argument("--no-pack", action="store_true", help="leave out the bid pack, which halves the time")
    run.set_defaults(run=_run)

    pages = commands.add_parser("map", help="make only the web pages and their maps")
    pages.add_argument("plan", metavar="PLAN", type=Path)
    pages.add_argument("--out", type=Path, help="output folder (default: the folder 'map' next to plan.toml)")
    pages.set_defaults(run=_map)

    pack = commands.add_parser("pack", help="make a plan's bid pack for a fund: Word, PDF, workbook and maps")
    pack.add_argument("plan", metavar="PLAN", type=Path)
    pack.add_argument("--fund", default="", metavar="NAME", help="name of a fund, or path of your own .toml file")
    pack.add_argument("--out", type=Path, help="output folder (default: the folder 'pack' next to plan.toml)")
    pack.set_defaults(run=_pack)

    trace = commands.add_parser("trace", help="show where a number comes from: formula, file, hash and rows")
    trace.add_argument("out", metavar="OUT", type=Path, help="an output folder, or a pack")
    trace.add_argument("figure", metavar="ID", help="id of the figure, or a word to search for")
    trace.add_argument("--plan", type=Path, help="path of plan.toml, if it has moved")
    trace.add_argument("--rows", type=_at_least_one, default=10, metavar="N", help="rows to show (default: 10)")
    trace.set_defaults(run=_trace)

    check = commands.add_parser("check", help="check every input file, and list problems and how to fix them")
    check.add_argument("plan", metavar="PLAN", type=Path)
    check.add_argument("--json", action="store_true", help="print the report as JSON")
    check.set_defaults(run=_check)

    score = commands.add_parser("score", help="list the areas of greatest need, with the range of each rank")
    score.add_argument("plan", metavar="PLAN", type=Path)
    score.add_argument("--first", type=_at_least_one, default=10, metavar="N", help="areas to list (default: 10)")
    score.add_argument("--sets", action="store_true", help="also show the ranks under other sets of weights")
    score.add_argument("--for", dest="need", choices=("lines", "wifi"), default="", help="rank by one of the two needs")
    score.add_argument("--lead", default="", metavar="CODE", help="show which weights would rank this area first")
    score.add_argument("--csv", type=Path, metavar="FILE", help="write every area with its rank to a CSV file")
    score.set_defaults(run=_score)

    sites = commands.add_parser(
        "sites", help="list the proposed sites, how certain the choice is, and the effect of rules and budgets"
    )
    sites.add_argument("plan", metavar="PLAN", type=Path)
    sites.add_argument(
        "--alternatives", type=_at_least_one, default=0, metavar="N", help="show other choices within 1%% of the best"
    )
    sites.add_argument(
        "--fewest",
        type=_share,
        metavar="SHARE",
        help="find the fewest and the cheapest sites that reach a share, such as 0.9",
    )
    sites.add_argument(
        "--samples", type=_whole, metavar="N", help="random draws of weights and costs (default: as in plan.toml)"
    )
    sites.add_argument("--csv", type=Path, metavar="FILE", help="write every candidate to a CSV file")
    sites.set_defaults(run=_sites)

    lines = commands.add_parser(
        "lines", help="list what can be done for the premises without the headline speed, and what the budget pays for"
    )
    lines.add_argument("plan", metavar="PLAN", type=Path)
    lines.add_argument("--json", action="store_true", help="print every area with all its options as JSON")
    lines.set_defaults(run=_lines)

    front = commands.add_parser(
        "front", help="list what each split of one sum between better lines and public Wi-Fi gains"
    )
    front.add_argument("plan", metavar="PLAN", type=Path)
    front.add_argument("--total", type=float, metavar="GBP", help="the sum (default: the programme, or both budgets)")
    front.add_argument("--step", type=float, metavar="GBP", help="between two splits (default: 50,000)")
    front.add_argument("--csv", type=Path, metavar="FILE", help="write the splits to a CSV file")
    front.add_argument("--picture", type=Path, metavar="FILE", help="draw them: a file ending in .svg, .png or .pdf")
    front.add_argument("--json", action="store_true", help="print the splits as JSON")
    front.set_defaults(run=_front)

    explain = commands.add_parser(
        "explain", help="explain why a site was or was not chosen, and what would change that"
    )
    explain.add_argument("plan", metavar="PLAN", type=Path)
    explain.add_argument("site", metavar="SITE", help="id or name of a candidate")
    explain.set_defaults(run=_explain)

    gaps = commands.add_parser("gaps", help="list the coverage gap of every ward")
    gaps.add_argument("plan", metavar="PLAN", type=Path)
    gaps.set_defaults(run=_gaps)

    weights = commands.add_parser(
        "weights", help="ask how much each criterion matters, and write the weights to plan.toml"
    )
    weights.add_argument("plan", metavar="PLAN", type=Path)
    alone = weights.add_mutually_exclusive_group()
    alone.add_argument(
        "--show", action="store_true", help="show criteria, ranges and weights without asking or writing anything"
    )
    alone.add_argument(
        "--set", dest="named", default="", metavar="NAME", help="write a named set of weights, for example: equal"
    )
    weights.set_defaults(run=_weights)

    fetch = commands.add_parser(
        "fetch", help="download the files that have a url in plan.toml, and record their hashes"
    )
    fetch.add_argument("plan", metavar="PLAN", type=Path)
    fetch.add_argument("--again", action="store_true", help="replace files that differ from the record")
    fetch.add_argument("--limit-mb", type=int, default=2_000, help="largest file in MB (default: 2000)")
    fetch.set_defaults(run=_fetch)

    compare = commands.add_parser("compare", help="show what changed between two runs for the same place, and why")
    compare.add_argument("older", metavar="OLD", type=Path, help="output folder of the older run")
    compare.add_argument("newer", metavar="NEW", type=Path, help="output folder of the newer run")
    compare.add_argument(
        "--first", type=_at_least_one, default=12, metavar="N", help="lines to show of each kind (default: 12)"
    )
    compare.add_argument("--csv", type=Path, metavar="FILE", help="write every difference to a CSV file")
    compare.set_defaults(run=_compare)

    view = commands.add_parser("view", help="open an output folder's page in a browser")
    view.add_argument("folder", metavar="OUT", type=Path, help="output folder of a run")
    view.add_argument("--serve", action="store_true", help="use a server on this computer, until Ctrl-C")
    view.set_defaults(run=_view)

    overview = commands.add_parser(
        "overview", help="make one light page for several councils from their output folders"
    )
    overview.add_argument("folders", metavar="DIR", type=Path, nargs="+", help="output folder of a run")
    overview.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="page to write, such as overview.html"
    )
    overview.add_argument("--title", default="", help="name of the county, authority or country")
    overview.set_defaults(run=_overview)

    init = commands.add_parser("init", help="start a plan: a commented plan.toml and a list of files to download")
    init.add_argument("folder", metavar="DIR", type=Path)
    init.add_argument("--lad", required=True, help="code of your local authority, for example E06000034")
    init.add_argument("--name", default="", help="name of your council, as it should be printed")
    init.set_defaults(run=_init)
    return top


class _Version(argparse.Action):
    """Prints the version, looked up only when needed."""

    def __init__(self, option_strings: Sequence[str], dest: str):
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"connected-place {version('connected-place')}")
        parser.exit(_DONE)


def _demo(asked: argparse.Namespace) -> int:
    from connected_place.gis_data.catalogue import SAMPLE
    from connected_place.scripts.commands.run import make

    return make(SAMPLE, asked.out, command=["connected-place", "demo"])


def _run(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.run import make

    command = ["connected-place", "run", "plan.toml", *(["--no-pack"] if asked.no_pack else [])]
    return make(asked.plan, asked.out or _beside(asked.plan) / "output", command=command, with_pack=not asked.no_pack)


def _beside(plan: Path) -> Path:
    """The folder of a plan, given as a folder or a file."""
    return plan if plan.is_dir() else plan.parent


def _map(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.run import make_pages

    out = asked.out or _beside(asked.plan) / "map"
    return make_pages(asked.plan, out, command=["connected-place", "map", "plan.toml"])


def _pack(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.pack import pack

    command = ["connected-place", "pack", "plan.toml", *(["--fund", asked.fund] if asked.fund else [])]
    return pack(asked.plan, asked.out or _beside(asked.plan) / "pack", asked=asked.fund, command=command)


def _trace(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.trace import figure_trace

    return figure_trace(asked.out, asked.figure, plan=asked.plan, rows=asked.rows)


def _check(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.check import check

    return check(asked.plan, as_json=asked.json)


def _score(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.score import show_scores

    return show_scores(
        asked.plan, first=asked.first, need=asked.need, with_sets=asked.sets, csv=asked.csv, lead=asked.lead
    )


def _sites(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.sites import sites

    return sites(asked.plan, others=asked.alternatives, fewest=asked.fewest, samples=asked.samples, csv=asked.csv)


def _lines(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.lines import show_lines

    return show_lines(asked.plan, as_json=asked.json)


def _front(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.front import show_front

    return show_front(
        asked.plan,
        total_gbp=asked.total,
        step_gbp=asked.step,
        csv=asked.csv,
        picture=asked.picture,
        as_json=asked.json,
    )


def _explain(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.explain import explain

    return explain(asked.plan, asked.site)


def _gaps(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.gaps import show_gaps

    return show_gaps(asked.plan)


def _weights(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.weights import weights

    return weights(asked.plan, show_only=asked.show, named=asked.named)


def _fetch(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.fetch import fetch

    return fetch(asked.plan, again=asked.again, limit_mb=asked.limit_mb)


def _compare(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.compare import compare

    return compare(asked.older, asked.newer, csv=asked.csv, first=asked.first)


def _view(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.view import open_pages

    return open_pages(asked.folder, serve=asked.serve)


def _overview(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.overview import overview

    return overview(asked.folders, out=asked.out, title=asked.title)


def _init(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.init import init

    return init(asked.folder, lad=asked.lad, name=asked.name)


def _at_least_one(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, not {text!r}")


def _whole(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}")


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if 0 < number <= 1:
        return number
    raise argparse.ArgumentTypeError(f"must be a share, more than 0 and at most 1, not {text!r}; write 0.9 for 90%")


def _say_faults(error: ConnectedPlaceError) -> None:
    """Print all faults of an error in plain words."""
    count = len(error.faults)
    _say(f"{count} problem{'s' if count > 1 else ''} to fix; nothing was written.")
    for number, fault in enumerate(error.faults, start=1):
        _say(f"{number:3}. {fault}")


def _show_what_the_terminal_can() -> None:
    """Print a question mark for a character that the terminal lacks, rather than fail after the work is done."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _leave_the_pipe() -> None:
    """The reader of our output has gone (`| head`): write nothing more, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
