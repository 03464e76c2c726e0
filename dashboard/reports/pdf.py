"""The page as PDF, printed by a Chromium of this machine that is cut off from every network."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from dashboard.core.errors import DashboardError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LIMIT_S = 90
DRAWING_MS = 8000
"""Of the page's own clock, which stands still while an answer is on its way."""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pdf-header-footer",
)


class RenderError(DashboardError):
    """The document is sealed and kept; only this form of it cannot be made now."""

    code = "render"


def browser() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RenderError(
            "There is no Chromium on this machine, so no PDF can be made.",
            where="PATH",
            fix="install it with a Chinese font: apt-get install chromium fonts-noto-cjk;"
            " every other form is there without it",
        )
    return found


def pdf(html: str) -> bytes:
    """
    Raises:
        RenderError: There is no Chromium, or it made nothing within the time limit.
    """
    with TemporaryDirectory(prefix="bulletin-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / "bulletin.html"
        source.write_text(html, "utf-8")
        return _printed(folder, source.as_uri())


def pdf_of(address: str, size: tuple[int, int]) -> bytes:
    """A page of this server, once its scripts have drawn it.

    Args:
        address: With the IP address that the server answers on; no other one is reachable.
        size: Of the window, in pixels: as wide as the paper, so that pictures fit it.

    Raises:
        RenderError: As `pdf`.
    """
    with TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True) as name:
        only = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {urlsplit(address).hostname}"
        window = f"--window-size={size[0]},{size[1]}"
        return _printed(Path(name), address, only, window, f"--virtual-time-budget={DRAWING_MS}")


def _printed(folder: Path, address: str, *more: str) -> bytes:
    target = folder / "printed.pdf"
    command = [
        browser(),
        *FLAGS,
        *more,
        f"--user-data-dir={folder / 'profile'}",
        f"--print-to-pdf={target}",
        address,
    ]
    said = _run(command)
    if not target.exists() or not target.read_bytes().startswith(b"%PDF"):
        last = said.strip().splitlines()[-1:] or ["it said nothing"]
        raise RenderError("Chromium made no PDF.", where=command[0], fix=f"it said: {last[0]}")
    return target.read_bytes()


def _run(command: list[str]) -> str:
    """In a group of its own, so that its helpers end with it."""
    with subprocess.Popen(  # noqa: S603 - a browser found by name, flags of ours, a page of ours
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise RenderError(
                f"Chromium made no PDF within {LIMIT_S} seconds.",
                where=command[0],
                fix="try again when the machine has less to do",
            ) from None
    return said.decode("utf-8", "replace")
