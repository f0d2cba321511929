"""Static files: compressed when Portal starts, under names that change with their content."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from portal.web.access import public
from portal.web.compression.encodings import Encoding, chosen, compressed

SCRIPT = "portal.js"
HASH_LENGTH = 12
FOR_GOOD = "public, max-age=31536000, immutable"
# Brotli's best takes three times as long for two bytes in a hundred.
QUALITY = 10
# What a browser does in pages without a click: a page with none of these needs no script.
# Each stands with the script that looks for it.
BEHAVIOURS = {
    'class="confirm"': "confirm",
    " data-copy=": "copy",
    " data-autosave": "draft",
    " data-refresh-seconds=": "live",
    'class="switch-form"': "switch",
    " data-ago": "time",
    ' name="browser_zone"': "zone",
    " data-use-zone=": "zone",
}


@dataclass(frozen=True)
class StaticFile:
    name: str
    content: bytes

    @property
    def kind(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def address(self) -> str:
        """icons/portal.3f0a92c41d7e.svg"""
        stem, dot, ending = self.name.rpartition(".")
        return f"{stem}.{self.hash}{dot}{ending}"

    @property
    def hash(self) -> str:
        return _hash(self.content)


class StaticFiles:
    """The files of a folder, and the one script of all pages, by name and by address.

    They stay in memory. While somebody develops, they are read again for each request.
    """

    def __init__(self, folder: Path, *, is_developed: bool) -> None:
        self._folder = folder
        self._is_developed = is_developed
        self._read()
        for file in self._by_name.values():
            for encoding in Encoding:
                _compressed(file.content, encoding)

    def _read(self) -> None:
        paths = sorted(path for path in self._folder.rglob("*") if path.is_file())
        names = [path.relative_to(self._folder).as_posix() for path in paths]
        files = [StaticFile(*each) for each in zip(names, map(Path.read_bytes, paths), strict=True)]
        files.append(StaticFile(SCRIPT, joined_scripts(self._folder)))
        self._by_name = {file.name: file for file in files}
        self._by_address = {file.address: file for file in files}

    def address(self, name: str) -> str:
        if self._is_developed:
            self._read()
        return self._by_name[name].address

    def answer(self, filename: str) -> AnyResponse:
        """A file by its address, for good. Its plain name leads to its address of today."""
        file = self._by_address.get(filename)
        if file is not None:
            return _answer(file)
        if filename in self._by_name:
            return redirect(f"{request.script_root}/static/{self.address(filename)}", 302)
        raise NotFound


def add_static_files(app: Flask, folder: Path) -> None:
    files = StaticFiles(folder, is_developed=app.debug)
    app.extensions[StaticFiles.__name__] = files
    # A lambda for each app: the marker is set on the function.
    app.add_url_rule(
        "/static/<path:filename>", "static", public(lambda filename: files.answer(filename))
    )


def static_url(name: str) -> str:
    """The URL of a static file. A changed file gets a new one, so browsers may cache forever."""
    files = cast(StaticFiles, current_app.extensions[StaticFiles.__name__])
    return f"{request.script_root}/static/{files.address(name)}"


def joined_scripts(folder: Path) -> bytes:
    """One module of all scripts. Each keeps its names to itself."""
    scripts = sorted((folder / "js").glob("*.js"))
    return "".join(f"{{\n{path.read_text('utf-8')}}}\n" for path in scripts).encode()


def needs_script(page: str) -> bool:
    """Whether a page does anything that the script is for."""
    return any(sign in page for sign in BEHAVIOURS)


def _answer(file: StaticFile) -> Response:
    encoding = chosen(request.accept_encodings)
    content = _compressed(file.content, encoding) if encoding else file.content
    response = Response(content, mimetype=file.kind)
    response.headers["Cache-Control"] = FOR_GOOD
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding.value
    response.set_etag(f"{file.hash}-{encoding}" if encoding else file.hash)
    response.make_conditional(request)
    return response


@cache
def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:HASH_LENGTH]


@cache
def _compressed(content: bytes, encoding: Encoding) -> bytes:
    """Compressed once in a process, however many apps it makes."""
    return compressed(content, encoding, quality=QUALITY)
