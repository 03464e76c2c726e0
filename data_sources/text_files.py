"""Text files as they arrive: plain, .gz or .zip; UTF-8 or GB18030; sometimes cut off half-way.

`inspect` reads a file to its end before any row of it is used, so that a broken one is refused
whole. `open_utf8` then gives its text as UTF-8 bytes, whatever it was.
"""

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dashboard.core.errors import SourceRefused, SourceUnavailable, did_you_mean

CHUNK = 1 << 20
MAX_RATIO = 200
"""Text packs 5 to 50 times; a file that unpacks beyond this is an attack or a mistake."""
RATIO_MATTERS_FROM = 100 << 20
SURE_OF_UTF8 = 8
"""So many multi-byte characters that decode: the file is UTF-8, and a bad byte is damage."""


@dataclass(frozen=True)
class TextFile:
    """`name` is what messages call it."""

    path: Path
    name: str
    member: str = ""
    encoding: str = "utf-8"


def inspect(path: Path, name: str, *, member: str = "", encoding: str = "auto") -> TextFile:
    """Read to the end once: whole, not a bomb, and in which encoding.

    Raises:
        SourceRefused: Cut off, damaged, a bomb, or a byte that is in no known encoding.
        SourceUnavailable: The file is gone or may not be read.
    """
    if encoding != "auto":
        return _decodes(TextFile(path, name, member, encoding))
    try:
        return _decodes(TextFile(path, name, member, "utf-8"))
    except _BadByteError as error:
        if error.characters >= SURE_OF_UTF8:
            raise
        try:
            return _decodes(TextFile(path, name, member, "gb18030"))
        except _BadByteError as second:
            raise SourceRefused(
                f"The file is neither UTF-8 (byte {error.offset}) nor GB18030 "
                f"(byte {second.offset}, line {second.line}).",
                where=f"{name}, line {error.line}",
                fix="export it again as UTF-8",
            ) from second


@contextmanager
def open_utf8(file: TextFile) -> Iterator[IO[bytes]]:
    """The text as UTF-8 without a byte order mark."""
    with _open(file) as stream:
        raw: IO[bytes] = io.BufferedReader(_Utf8(stream, file.encoding), CHUNK)
        yield raw


class _BadByteError(SourceRefused):
    """At `offset` (from 0) of the unpacked text, in `line` (from 1)."""

    def __init__(self, file: TextFile, offset: int, line: int, characters: int) -> None:
        self.offset, self.line, self.characters = offset, line, characters
        super().__init__(
            f"Byte {offset} is not {file.encoding.upper()}.",
            where=f"{file.name}, line {line}",
            fix="export the file again, or give its `encoding` (utf-8 or gb18030) in [connector]",
        )


class _Utf8(io.RawIOBase):
    """Decodes one encoding and hands out UTF-8."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = None if encoding == "utf-8" else _decoder(encoding)
        self._ready = b""
        self._begun = self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            chunk = self._stream.read(CHUNK)
            self._ended = not chunk
            self._ready = self._converted(chunk)
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _converted(self, chunk: bytes) -> bytes:
        text = self._decoder.decode(chunk, self._ended).encode() if self._decoder else chunk
        if self._begun or not text:
            return text
        self._begun = True
        return text.removeprefix(codecs.BOM_UTF8)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)("strict")
    except LookupError:
        raise SourceRefused(
            f"There is no encoding `{encoding}`.",
            where="[connector] encoding",
            fix="write auto, utf-8 or gb18030",
        ) from None


def _decodes(file: TextFile) -> TextFile:
    decoder = _decoder(file.encoding)
    offset, line, characters = 0, 1, 0
    with _open(file) as stream:
        while True:
            chunk = stream.read(CHUNK)
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                characters += (len(good) - len(good.decode(file.encoding))) // 2
                raise _BadByteError(
                    file,
                    offset - held + error.start,
                    line + good.count(b"\n"),
                    characters,
                ) from error
            if not chunk:
                return file
            offset += len(chunk)
            line += chunk.count(b"\n")
            characters += (len(chunk) - len(text)) // 2


@contextmanager
def _open(file: TextFile) -> Iterator[IO[bytes]]:
    path = file.path
    try:
        with path.open("rb") as packed:
            match path.suffix.lower():
                case ".gz":
                    with gzip.open(packed) as stream:
                        yield _bounded(stream, file)
                case ".zip":
                    with zipfile.ZipFile(packed) as archive:
                        member = file.member or _only_csv(archive, file.name)
                        with _unpacked(archive, member, file.name) as stream:
                            yield _bounded(stream, file)
                case _:
                    yield packed
    except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error) as error:
        raise SourceRefused(
            f"The file is cut off or damaged: {error}",
            where=file.name,
            fix="fetch it again; nothing of it was stored",
        ) from error
    except OSError as error:
        raise SourceUnavailable(
            f"The file cannot be read: {error.strerror or error}",
            where=file.name,
            fix="check that it is there and may be read",
        ) from error


def _only_csv(archive: zipfile.ZipFile, name: str) -> str:
    found = [
        member
        for member in archive.namelist()
        if member.lower().endswith(".csv") and not member.startswith("__MACOSX/")
    ]
    if len(found) == 1:
        return found[0]
    raise SourceRefused(
        f"The archive holds {len(found)} CSV files.",
        where=name,
        fix="name the one meant: member = " + (" or ".join(found[:5]) or '"…"'),
    )


def _unpacked(archive: zipfile.ZipFile, member: str, name: str) -> IO[bytes]:
    try:
        return archive.open(member)
    except KeyError:
        raise SourceRefused(
            f"The archive holds no `{member}`.",
            where=name,
            fix=did_you_mean(member, archive.namelist()),
        ) from None
    except RuntimeError as error:  # how zipfile says “encrypted” and “unknown compression”
        raise SourceRefused(
            f"The archive cannot be unpacked: {error}",
            where=name,
            fix="pack it again with plain deflate and no password",
        ) from error


class _Bounded(io.RawIOBase):
    """Stops a bomb while it unpacks: what a header claims about sizes may be a lie."""

    def __init__(self, stream: Any, file: TextFile) -> None:
        self._stream, self._name = stream, file.name
        self._packed = max(file.path.stat().st_size, 1)
        self._out = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk: bytes = self._stream.read(size)
        self._out += len(chunk)
        if self._out > RATIO_MATTERS_FROM and self._out / self._packed > MAX_RATIO:
            raise SourceRefused(
                f"The file unpacks to more than {MAX_RATIO} times its size.",
                where=self._name,
                fix="unpack it by hand, look at it, and give the unpacked file if it is right",
            )
        return chunk


def _bounded(stream: Any, file: TextFile) -> IO[bytes]:
    bounded: IO[bytes] = _Bounded(stream, file)  # type: ignore[assignment]
    return bounded
