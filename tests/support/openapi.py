"""Check answers against Microsoft's OpenAPI description, if it lies beside the project."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.needs import SHARED

FILE = SHARED / "graph-openapi-subset.json"


def is_available() -> bool:
    return FILE.is_file()


def assert_fits(method: str, path: str, status: int, body: Any) -> None:
    """Assert that an answer fits. `path` is the description's, with placeholders."""
    complaints = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in _validator(method, path, status).iter_errors(body)
    ]
    assert complaints == []


def paths() -> dict[str, Any]:
    """The paths of the description, each with its methods."""
    found: dict[str, Any] = _description()["paths"]
    return found


def path_of(method: str, path: str) -> str | None:
    """The path of the description that best matches a request path below /v1.0."""
    paths = _description()["paths"].items()
    for known, methods in sorted(paths, key=lambda one: str(one[0]).count("{")):
        parts = [".+" if part.startswith("{") else re.escape(part) for part in known.split("/")]
        pattern = "/".join(part.replace(".+", "[^/]+") for part in parts)
        if method.lower() in methods and re.fullmatch(pattern, path):
            return str(known)
    return None


@cache
def _description() -> Any:
    return _without_nullable(json.loads(FILE.read_text()))


@cache
def _validator(method: str, path: str, status: int) -> Draft202012Validator:
    description = _description()
    schema: Any = {"$ref": "#/components/schemas/ODataError"}
    if status < 400:
        answers = description["paths"][path][method.lower()]["responses"]
        found = answers.get(str(status))
        assert found is not None, f"{method} {path} is not documented to answer {status}"
        schema = found["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": description["components"]})


def _without_nullable(node: Any) -> Any:
    """Turn OpenAPI's `nullable` into JSON Schema's null type."""
    if isinstance(node, list):
        return [_without_nullable(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: _without_nullable(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is True and "type" in made:
        made["type"] = [made["type"], "null"]
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
    return made


def shape(value: Any) -> Any:
    """Member names and JSON types of a value. A list is described by its first item."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z$", value):
        return "a time"
    return type(value).__name__
