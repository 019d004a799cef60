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
from connected_place.scripts.grammar import (
    at_least_one,
    cli_command,
    cli_option,
    cli_parser,
    either_option,
    positive_share,
    whole_number,
)

_DONE, _BLOCKED, WRONG_COMMAND, _INTERRUPTED = 0, 1, 2, 130
DEMO_FOLDER = "connected-place-demo"
SHELLS = ("bash", "zsh", "fish", "powershell")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; exit code 0: done, 1: the input has problems, 2: the command is wrong, 130: interrupted."""
    _show_what_the_terminal_can()
    grammar = cli_parser()
    _complete(grammar)
    asked = grammar.parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)
    from connected_place.scripts.terminal import progress_shown

    try:
        with progress_shown(shown=not asked.quiet):
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


def _complete(grammar: argparse.ArgumentParser) -> None:
    """Answer a shell that asks how a command line may go on, and end; nothing else asks so."""
    if "_ARGCOMPLETE" in os.environ:
        from argcomplete import autocomplete

        autocomplete(grammar)


_PLAN = cli_option("plan", metavar="PLAN", type=Path)
_JSON = "print it as JSON"


@cli_command(
    "demo",
    "make a complete plan for an invented borough, to see the results",
    cli_option("--out", type=Path, default=Path(DEMO_FOLDER), help=f"output folder (default: {DEMO_FOLDER})"),
    example="demo",
)
def _demo(asked: argparse.Namespace) -> int:
    from connected_place.gis_data.catalogue import SAMPLE
    from connected_place.scripts.commands.run import make

    return make(SAMPLE, asked.out, command=["connected-place", "demo"])


@cli_command(
    "init",
    "start a plan: a commented plan.toml and a list of files to download",
    cli_option("folder", metavar="DIR", type=Path),
    cli_option("--lad", required=True, help="code of your local authority, for example E06000034"),
    cli_option("--name", default="", help="name of your council, as it should be printed"),
    example="init my-council --lad E06000034 --name Thurrock",
)
def _init(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.init import init

    return init(asked.folder, lad=asked.lad, name=asked.name)


@cli_command(
    "fetch",
    "download the files that have a url in plan.toml, and record their hashes",
    _PLAN,
    cli_option("--again", action="store_true", help="replace files that differ from the record"),
    cli_option("--limit-mb", type=int, default=2_000, help="largest file in MB (default: 2000)"),
    example="fetch my-council",
)
def _fetch(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.fetch import fetch

    return fetch(asked.plan, again=asked.again, limit_mb=asked.limit_mb)


@cli_command(
    "check",
    "check every input file, and list problems and how to fix them",
    _PLAN,
    cli_option("--json", action="store_true", help=_JSON),
    example="check my-council",
)
def _check(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.check import check

    return check(asked.plan, as_json=asked.json)


@cli_command("gaps", "list the coverage gap of every ward", _PLAN, example="gaps my-council")
def _gaps(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.gaps import show_gaps

    return show_gaps(asked.plan)


@cli_command(
    "score",
    "list the areas of greatest need, with the range of each rank",
    _PLAN,
    cli_option("--first", type=at_least_one, default=10, metavar="N", help="areas to list (default: 10)"),
    cli_option("--sets", action="store_true", help="also show the ranks under other sets of weights"),
    cli_option("--for", dest="need", choices=("lines", "wifi"), default="", help="rank by one of the two needs"),
    cli_option("--lead", default="", metavar="CODE", help="show which weights would rank this area first"),
    cli_option("--csv", type=Path, metavar="FILE", help="write every area with its rank to a CSV file"),
    example="score my-council --for wifi --first 20",
)
def _score(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.score import show_scores

    return show_scores(
        asked.plan, first=asked.first, need=asked.need, with_sets=asked.sets, csv=asked.csv, lead=asked.lead
    )


@cli_command(
    "weights",
    "ask how much each criterion matters, and write the weights to plan.toml",
    _PLAN,
    either_option(
        cli_option("--show", action="store_true", help="show criteria, ranges and weights without asking or writing"),
        cli_option(
            "--set", dest="named", default="", metavar="NAME", help="write a named set of weights, such as equal"
        ),
    ),
    example="weights my-council --show",
)
def _weights(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.weights import weights

    return weights(asked.plan, show_only=asked.show, named=asked.named)


@cli_command(
    "lines",
    "list what can be done for the premises without the headline speed, and what the budget pays for",
    _PLAN,
    cli_option("--json", action="store_true", help="print every area with all its options as JSON"),
    example="lines my-council",
)
def _lines(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.lines import show_lines

    return show_lines(asked.plan, as_json=asked.json)


@cli_command(
    "sites",
    "list the proposed sites, how certain the choice is, and the effect of rules and budgets",
    _PLAN,
    cli_option(
        "--alternatives", type=at_least_one, default=0, metavar="N", help="show other choices within 1%% of the best"
    ),
    cli_option(
        "--fewest",
        type=positive_share,
        metavar="SHARE",
        help="find the fewest and the cheapest sites for a share, such as 0.9",
    ),
    cli_option(
        "--samples", type=whole_number, metavar="N", help="random draws of weights and costs (default: as in plan.toml)"
    ),
    cli_option("--csv", type=Path, metavar="FILE", help="write every candidate to a CSV file"),
    example="sites my-council --csv candidates.csv",
)
def _sites(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.sites import sites

    return sites(asked.plan, others=asked.alternatives, fewest=asked.fewest, samples=asked.samples, csv=asked.csv)


@cli_command(
    "explain",
    "explain why a site was or was not chosen, and what would change that",
    _PLAN,
    cli_option("site", metavar="SITE", help="id or name of a candidate"),
    example='explain my-council "Town Hall"',
)
def _explain(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.explain import explain

    return explain(asked.plan, asked.site)


@cli_command(
    "front",
    "list what each split of one sum between better lines and public Wi-Fi gains",
    _PLAN,
    cli_option("--total", type=float, metavar="GBP", help="the sum (default: the programme, or both budgets)"),
    cli_option("--step", type=float, metavar="GBP", help="between two splits (default: 50,000)"),
    cli_option("--csv", type=Path, metavar="FILE", help="write the splits to a CSV file"),
    cli_option("--picture", type=Path, metavar="FILE", help="draw them: a file ending in .svg, .png or .pdf"),
    cli_option("--json", action="store_true", help="print the splits as JSON"),
    example="front my-council --total 1000000",
)
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


@cli_command(
    "run",
    "make a plan: pages, tables, GeoPackage, bid pack and manifest",
    _PLAN,
    cli_option("--out", type=Path, help="output folder (default: the folder 'output' next to plan.toml)"),
    cli_option("--no-pack", action="store_true", help="leave out the bid pack, which halves the time"),
    example="run my-council",
)
def _run(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.run import make

    command = ["connected-place", "run", "plan.toml", *(["--no-pack"] if asked.no_pack else [])]
    return make(asked.plan, asked.out or _beside(asked.plan) / "output", command=command, with_pack=not asked.no_pack)


def _beside(plan: Path) -> Path:
    """The folder of a plan, given as a folder or a file."""
    return plan if plan.is_dir() else plan.parent


@cli_command(
    "map",
    "make only the web pages and their maps",
    _PLAN,
    cli_option("--out", type=Path, help="output folder (default: the folder 'map' next to plan.toml)"),
    example="map my-council",
)
def _map(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.run import make_pages

    out = asked.out or _beside(asked.plan) / "map"
    return make_pages(asked.plan, out, command=["connected-place", "map", "plan.toml"])


@cli_command(
    "pack",
    "make a plan's bid pack for a fund: Word, PDF, workbook and maps",
    _PLAN,
    cli_option("--fund", default="", metavar="NAME", help="name of a fund, or path of your own .toml file"),
    cli_option("--out", type=Path, help="output folder (default: the folder 'pack' next to plan.toml)"),
    example="pack my-council --fund gigahubs-like",
)
def _pack(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.pack import pack

    command = ["connected-place", "pack", "plan.toml", *(["--fund", asked.fund] if asked.fund else [])]
    return pack(asked.plan, asked.out or _beside(asked.plan) / "pack", asked=asked.fund, command=command)


@cli_command(
    "trace",
    "show where a number comes from: formula, file, hash and rows",
    cli_option("out", metavar="OUT", type=Path, help="an output folder, or a pack"),
    cli_option("figure", metavar="ID", help="id of the figure, or a word to search for"),
    cli_option("--plan", type=Path, help="path of plan.toml, if it has moved"),
    cli_option("--rows", type=at_least_one, default=10, metavar="N", help="rows to show (default: 10)"),
    example="trace my-council/output shortlist.spent_gbp",
)
def _trace(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.trace import figure_trace

    return figure_trace(asked.out, asked.figure, plan=asked.plan, rows=asked.rows)


@cli_command(
    "compare",
    "show what changed between two runs for the same place, and why",
    cli_option("older", metavar="OLD", type=Path, help="output folder of the older run"),
    cli_option("newer", metavar="NEW", type=Path, help="output folder of the newer run"),
    cli_option("--first", type=at_least_one, default=12, metavar="N", help="lines to show of each kind (default: 12)"),
    cli_option("--csv", type=Path, metavar="FILE", help="write every difference to a CSV file"),
    example="compare my-council/before my-council/output",
)
def _compare(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.compare import compare

    return compare(asked.older, asked.newer, csv=asked.csv, first=asked.first)


@cli_command(
    "view",
    "open an output folder's page in a browser",
    cli_option("folder", metavar="OUT", type=Path, help="output folder of a run"),
    cli_option("--serve", action="store_true", help="use a server on this computer, until Ctrl-C"),
    example="view my-council/output",
)
def _view(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.view import open_pages

    return open_pages(asked.folder, serve=asked.serve)


@cli_command(
    "overview",
    "make one light page for several councils from their output folders",
    cli_option("folders", metavar="DIR", type=Path, nargs="+", help="output folder of a run"),
    cli_option("--out", type=Path, required=True, metavar="FILE", help="page to write, such as overview.html"),
    cli_option("--title", default="", help="name of the county, authority or country"),
    example="overview one/output two/output --out county.html",
)
def _overview(asked: argparse.Namespace) -> int:
    from connected_place.scripts.commands.overview import overview

    return overview(asked.folders, out=asked.out, title=asked.title)


@cli_command(
    "completion",
    "print what your shell needs to complete commands and options",
    cli_option("shell", choices=SHELLS),
    example="completion bash >> ~/.bashrc",
)
def _completion(asked: argparse.Namespace) -> int:
    from argcomplete.shell_integration import shellcode

    print(shellcode(["connected-place"], shell="bash" if asked.shell == "zsh" else asked.shell))
    return _DONE


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
