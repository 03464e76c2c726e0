"""A sealed bulletin or erratum as files: Word, HTML, PDF, and the very JSON that was sealed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from dashboard.core.errors import StoreError
from dashboard.reports.content import canonical, told_of
from dashboard.reports.document import Document, from_json
from dashboard.reports.issue import store_of
from dashboard.reports.page import page
from dashboard.reports.pdf import RenderError, pdf
from dashboard.reports.word import docx
from dashboard.services import Services
from dashboard.store.bulletins import Sealed, StoredFile

FOLDER = "bulletins"
MEDIA_TYPES = MappingProxyType(
    {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "html": "text/html; charset=utf-8",
        "json": "application/json",
        "pdf": "application/pdf",
    }
)


@dataclass(frozen=True)
class Made:
    """Which forms there are now; `problems` says why another could not be made."""

    extensions: tuple[str, ...]
    problems: tuple[RenderError, ...] = ()


def path_of(services: Services, number: str, extension: str) -> Path:
    return services.data_dir / FOLDER / number / f"{number}.{extension}"


def make_all(services: Services, sealed: Sealed) -> Made:
    """Write every form that is not there yet; the PDF last, because it alone may fail."""
    made, problems = [], []
    for extension in MEDIA_TYPES:
        try:
            file_of(services, sealed, extension)
        except RenderError as error:
            problems.append(error)
        else:
            made.append(extension)
    return Made(tuple(made), tuple(problems))


def file_of(services: Services, sealed: Sealed, extension: str) -> bytes:
    """One form; written from the sealed content where it was never made or has been lost.

    Raises:
        RenderError: There is no PDF yet, and it cannot be made.
        StoreError: The file on disk is not the one that was made, or the content is not what was
            sealed.
    """
    path = path_of(services, sealed.number, extension)
    known = store_of(services).files(sealed.number).get(sealed.number, {}).get(extension)
    if known is not None and path.exists():
        found = path.read_bytes()
        if hashlib.sha256(found).hexdigest() != known.sha256:
            raise StoreError(
                f"{path.name} is not the file that was made.",
                where=str(path),
                fix="move it away: it is written anew from the sealed content",
            )
        return found
    content = RENDERERS[extension](sealed)
    _write(path, content)
    sha256, now = hashlib.sha256(content).hexdigest(), services.clock()
    store_of(services).save_file(sealed.number, StoredFile(extension, sha256, len(content), now))
    return content


def printed(sealed: Sealed) -> Document:
    return from_json(told_of(sealed)["document"])


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f"{path.suffix}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _html(sealed: Sealed) -> str:
    return page(printed(sealed), sealed.sha256)


RENDERERS: Mapping[str, Callable[[Sealed], bytes]] = MappingProxyType(
    {
        "docx": lambda sealed: docx(printed(sealed), sealed.sha256, sealed.issued_at),
        "html": lambda sealed: _html(sealed).encode(),
        "json": lambda sealed: canonical(told_of(sealed)).encode(),
        "pdf": lambda sealed: pdf(_html(sealed)),
    }
)
