"""Rules about sizes, names and reasons."""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.architecture.sources import Module, functions, imports

MOST_MODULES = 25
# They end the work, or report what it raised.
CATCH_EVERYTHING = {
    "portal/worker/loop.py",
    "portal/web/errors.py",
    "faults/harness/outcome.py",
    "faults/suite.py",
}
UNWANTED = {"get", "handle", "process", "manager", "helper", "helpers", "utils", "data", "info"}
# Flask-Login, WTForms, HTMLParser, smtplib, aiosmtpd and asyncio call these; client_info is
# Microsoft's word.
NAMED_BY_OTHERS = {
    "get_id",
    "process_formdata",
    "handle_starttag",
    "handle_endtag",
    "handle_data",
    "data_received",
    "client_info",
    "_get_socket",
    "handle_MAIL",
    "handle_RCPT",
    "handle_DATA",
}


# Words of the trade that happen to end like a gerund.
FIELD = {
    *("matching", "paging", "parsing", "mapping", "templating", "throttling", "recording"),
    *("quoting", "wording", "string", "sibling", "logging", "setting", "sending"),
}


def sizes_stay_small(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > 300:
        yield f"{module.path} has {lines} lines"
    for function in functions(module):
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > 60:
            yield f"{module.path}:{function.lineno} {function.name} has {lines} lines"


def folders_above_the_limit(modules: Iterable[Module]) -> dict[str, int]:
    """Count the modules of folders that have too many."""
    counts = Counter(module.path.rpartition("/")[0] for module in modules)
    return {folder: count for folder, count in counts.items() if count > MOST_MODULES}


def test_modules_lend_nothing(module: Module) -> Iterator[str]:
    """A helper has a module of its own: importing it runs and collects no test."""
    for line, name in imports(module):
        parts = name.split(".")
        if parts[0] == "tests" and any(part.startswith("test_") for part in parts):
            yield f"{module.path}:{line} imports {name}"


def modules_say_what_they_are_for(module: Module) -> Iterator[str]:
    if module.text.strip() and not ast.get_docstring(module.tree):
        yield f"{module.path} has no opening sentence"


def names_are_words_of_the_trade(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name.replace("personal_info", "")  # the page is called so
            words = set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
            # GraphClient.get is HTTP's word; get_mail is no field's.
            is_sentence = node.name.startswith("test_")
            if words & UNWANTED and not is_sentence and node.name not in {"get", *NAMED_BY_OTHERS}:
                yield f"{module.path}:{node.lineno} {node.name}"
    if set(module.parts[-1].split("_")) & UNWANTED:
        yield module.path


def modules_are_no_gerunds(module: Module) -> Iterator[str]:
    """A module is a thing, or what it does to one: neither it nor its alias is `registering`."""
    if _is_gerund(module.parts[-1].removeprefix("test_")):
        yield module.path
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                if name.asname and _is_gerund(name.asname):
                    yield f"{module.path}:{node.lineno} {name.asname}"


def _is_gerund(name: str) -> bool:
    return "_" not in name and name.endswith("ing") and name not in FIELD


def faults_are_not_swallowed(module: Module) -> Iterator[str]:
    """Only code that ends the work may catch everything, unless it raises it again."""
    if module.path in CATCH_EVERYTHING:
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        catches_all = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
        last = node.body[-1]
        if catches_all and not (isinstance(last, ast.Raise) and last.exc is None):
            yield f"{module.path}:{node.lineno} catches everything"


def exemptions_carry_reasons(module: Module) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        exempts = re.match(r"#\s*(noqa|type:\s*ignore|fmt:\s*(skip|off))", token.string)
        if token.type == tokenize.COMMENT and exempts and token.string.count("#") == 1:
            yield f"{module.path}:{token.start[0]} gives no reason"
