"""Read the project's source for the architecture rules."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = ("portal", "sandbox", "demo")


@dataclass(frozen=True)
class Module:
    """One Python file; `path` is relative to the project, with slashes."""

    path: str
    text: str
    tree: ast.Module = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", ast.parse(self.text))

    @property
    def parts(self) -> tuple[str, ...]:
        """`portal/email/store.py` is `("portal", "email", "store")`."""
        names = tuple(self.path.removesuffix(".py").split("/"))
        return names[:-1] if names[-1] == "__init__" and len(names) > 2 else names

    @property
    def program(self) -> str:
        return self.parts[0]

    @property
    def is_store(self) -> bool:
        return self.parts[-1] == "store" or self.parts[-1].endswith("_store")


@dataclass(frozen=True)
class Page:
    """One template."""

    path: str
    text: str


@dataclass(frozen=True)
class Route:
    """A view function, as written in the source."""

    place: str
    url: str
    reads_only: bool
    decorators: tuple[str, ...]
    function: ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Module]:
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    files += sorted(ROOT.glob("*.py"))
    return [Module(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in files]


def pages() -> list[Page]:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "sandbox").rglob("*.html")]
    return [Page(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in files]


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Yield the full name of each imported module, with its line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                package = module.path.removesuffix(".py").split("/")[: -node.level]
                start = ".".join([*package, *filter(None, [node.module])])
            yield from ((node.lineno, f"{start}.{name.name}") for name in node.names)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def routes(module: Module) -> Iterator[Route]:
    for function in functions(module):
        worn = tuple(_last_name(decorator) for decorator in function.decorator_list)
        for call in function.decorator_list:
            url = _url_of(call)
            if url is not None:
                reads = _last_name(call) == "get" or "POST" not in ast.dump(call)
                reads = reads and _last_name(call) != "post"
                yield Route(f"{module.path}:{function.lineno}", url, reads, worn, function)


def _url_of(decorator: ast.expr) -> str | None:
    """Return the URL in `@bp.get("/…")`; None for another decorator."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return None
    if decorator.func.attr not in ("get", "post", "route") or not decorator.args:
        return None
    url = decorator.args[0]
    return url.value if isinstance(url, ast.Constant) and isinstance(url.value, str) else None


def _last_name(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def texts(module: Module, *, value: str = "_") -> Iterator[tuple[int, str]]:
    """Yield each string except docstrings; in f-strings, `value` replaces each value."""
    nodes = list(ast.walk(module.tree))
    left_out = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            left_out.update(id(part) for part in node.values)
            yield node.lineno, "".join(_part(part, value) for part in node.values)
    for node in nodes:
        if not isinstance(node, ast.Constant) or id(node) in left_out:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def _part(part: ast.expr, value: str) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else value


def importing(module: Module, names: set[str]) -> Iterator[str]:
    """Yield a complaint for each import of one of these modules or of a part of it."""
    for line, name in imports(module):
        if any(f"{name}.".startswith(f"{unwanted}.") for unwanted in names):
            yield f"{module.path}:{line} imports {name}"
