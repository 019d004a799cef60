"""Open an output folder in a browser: its page as a file, or through a server for this computer only."""

from __future__ import annotations

import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from connected_place.gis_data.errors import CommandError, fault

HERE = "127.0.0.1"
_PAGE = "index.html"


def open_pages(folder: Path, *, serve: bool) -> int:
    """Open the page of an output folder.

    Parameters
    ----------
    folder : Path
        Output folder of a run.
    serve : bool
        Through a server on this computer, for browsers that open no files; until Ctrl-C.

    Raises
    ------
    CommandError
        NO_PAGE.
    """
    page = page_of(folder)
    if serve:
        with server(page.parent) as serving:
            return _serve(serving)
    if not webbrowser.open(page.as_uri()):
        print("No browser could be started on this computer.")
    print(f"Open {page}")
    return 0


def page_of(folder: Path) -> Path:
    """The page to open.

    Raises
    ------
    CommandError
        NO_PAGE.
    """
    page = (folder / _PAGE).resolve()
    if not page.is_file():
        raise CommandError(fault("NO_PAGE", file=str(folder), name=_PAGE))
    return page


def server(folder: Path) -> ThreadingHTTPServer:
    """A server for one folder that only this computer can reach, on a free port, not yet running."""
    return ThreadingHTTPServer((HERE, 0), partial(_OneFolder, directory=str(folder.resolve())))


def _serve(serving: ThreadingHTTPServer) -> int:
    address = f"http://{HERE}:{serving.server_port}/{_PAGE}"
    print(f"{address} (press Ctrl-C to stop; only this computer can reach it)", flush=True)
    webbrowser.open(address)
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


class _OneFolder(SimpleHTTPRequestHandler):
    """Serves the files of one folder to this computer only, without listings or links out of the folder."""

    def send_head(self) -> Any:
        """Answer with a file of the folder, or with an error."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        if host not in (HERE, "localhost"):  # another name that was made to point at this computer
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        place = Path(self.translate_path(self.path)).resolve()
        if not place.is_relative_to(self.directory):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> BinaryIO | None:  # type: ignore[override]
        """Do not list folders."""
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Do not log requests."""
