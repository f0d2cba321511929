"""Recorded answers of Microsoft's, and how ours differ from them."""

import json
from typing import Any

from tests.support import openapi
from tests.support.needs import SHARED

FIXTURES = SHARED / "real-fixtures"


def recorded(name: str) -> Any:
    found = json.loads((FIXTURES / name).read_text())
    return (found.get("response") or {}).get("body") or found["data"]


def different(real: Any, ours: Any, path: str = "") -> list[str]:
    """List the members that one side lacks, and types that differ. A null matches anything."""
    if isinstance(real, dict) and isinstance(ours, dict):
        names = {name for name in real.keys() | ours.keys() if not name.endswith("Link")}
        gaps = [f"{path}/{name} is missing here" for name in sorted(names - ours.keys())]
        more = [f"{path}/{name} is not in the real one" for name in sorted(names - real.keys())]
        both = sorted(names & real.keys() & ours.keys())
        inner = [
            gap for name in both for gap in different(real[name], ours[name], f"{path}/{name}")
        ]
        return gaps + more + inner
    if isinstance(real, list) and isinstance(ours, list):
        return different(real[0], ours[0], f"{path}[]") if real and ours else []
    if real is None or ours is None:
        return []
    same = type(real) is type(ours) and openapi.shape(real) == openapi.shape(ours)
    return [] if same else [f"{path}: {real!r} there, {ours!r} here"]
