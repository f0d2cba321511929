"""Parse Microsoft's JSON, including text that is not valid Unicode. Pure."""

import json
from typing import Any

import orjson

from portal.graph.errors import Unavailable

CUT_SHORT = "Microsoft's answer was cut short or cannot be read."


def encoded(body: Any) -> bytes | None:
    return None if body is None else orjson.dumps(body)


def document(content: bytes) -> dict[str, Any]:
    """Parse the object in an answer. An empty answer is an empty object."""
    if not content.strip():
        return {}
    found = _parsed(content)
    if not isinstance(found, dict):
        raise Unavailable(CUT_SHORT)
    return found


def document_or_nothing(content: bytes) -> dict[str, Any] | None:
    """Parse the body of an error, which may be HTML or empty."""
    try:
        return document(content)
    except Unavailable:
        return None


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return _forgiving(content)


def _forgiving(content: bytes) -> Any:
    """Mail may contain half a surrogate pair, which orjson refuses as invalid text."""
    try:
        text = content.decode("utf-8", "replace")
        return _mended(json.loads(text, parse_constant=_refused))
    except (ValueError, RecursionError) as error:
        raise Unavailable(CUT_SHORT) from error


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_mended(each) for each in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    return value
