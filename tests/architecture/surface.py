"""Rules about routes, URLs and templates."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Module, Page, Route, imports, routes

MARKERS = {"public", "signed_in", "member_only", "admin_only", "candidate_link", "webhook"}
PREFIXES = (
    "/setup", "/signin", "/signout", "/invitations", "/oauth/microsoft", "/oauth/google",
    "/settings", "/admin", "/candidates", "/interviews", "/book", "/webhooks/microsoft-365",
    "/healthz",
)  # fmt: skip  # one to a line says no more
SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|<[^<>/]+>")
IN_JINJA = {
    r"\|\s*safe\b": "switches escaping off",
    r"\{%-?\s*autoescape\b": "switches escaping",
    r"\bMarkup\b": "switches escaping off",
}
IN_HTML = {
    r"\sstyle\s*=": "an inline style",
    r"<style\b": "an inline style",
    r"<script(?![^>]*\bsrc=)": "an inline script",
    r"\son[a-z]+\s*=\s*[\"']": "an inline script",
    r"javascript:": "an inline script",
}
# The floor of a benchmark: its template is a constant and escaped like any other.
BARE_PAGE = "bench/bare.py"
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


def every_route_wears_one_marker(module: Module) -> Iterator[str]:
    for route in routes(module) if module.program == "portal" else ():
        worn = MARKERS.intersection(route.decorators)
        if len(worn) != 1:
            yield f"{route.place} {route.url} wears {sorted(worn) or 'no marker'}"


def urls_are_nouns_in_kebab_case(module: Module) -> Iterator[str]:
    for route in routes(module) if module.program == "portal" else ():
        if route.url == "/":
            continue
        under = any(f"{route.url}/".startswith(f"{prefix}/") for prefix in PREFIXES)
        if not under or not all(SEGMENT.fullmatch(part) for part in route.url[1:].split("/")):
            yield f"{route.place} answers {route.url}"


def reading_changes_nothing(module: Module) -> Iterator[str]:
    for route in routes(module) if module.program == "portal" else ():
        if route.reads_only and _calls_write(route):
            yield f"{route.place} GET {route.url} opens a transaction that writes"


def _calls_write(route: Route) -> bool:
    calls = [node for node in ast.walk(route.function) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Attribute) and call.func.attr == "write" for call in calls)


def nothing_switches_escaping_off(module: Module) -> Iterator[str]:
    if module.path == BARE_PAGE:
        return
    for line, name in imports(module):
        if name.rsplit(".", 1)[-1] in ("Markup", "render_template_string"):
            yield f"{module.path}:{line} imports {name}"


def templates_are_plain(page: Page) -> Iterator[str]:
    html = JINJA.sub(lambda part: re.sub(r"[^\n]", " ", part[0]), page.text)
    for text, patterns in ((page.text, IN_JINJA), (html, IN_HTML)):
        for pattern, what in patterns.items():
            for found in re.finditer(pattern, text):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{page.path}:{line} has {what}: {found[0].strip()}"
