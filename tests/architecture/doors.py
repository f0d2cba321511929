"""Rules about single entry points: SQL, tables, HTTP, SQLite, keys, clock, environment."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.architecture.sources import Module, importing, imports, texts

HTTP = {
    *("requests", "urllib.request", "urllib3", "http.client", "socket", "httpx", "aiohttp", "ssl"),
}
HTTP_HOMES = {
    "portal/graph/client.py",
    "portal/entra/token_http.py",
    "portal/email_domain/connection.py",
}
# The library behind requests reads addresses there too, and the module sends nothing.
READER_HOME, READER = "portal/web_addresses.py", {"urllib3.util", "urllib3.exceptions"}
OTHER_READERS = {"urlsplit", "urlparse", "urlunsplit", "urldefrag", "urljoin"}
# Modules with another reading of addresses, and why none of them decides where a request goes.
READ_OTHERWISE = {
    "portal/group_calendars/references.py": "a person pasted it; only ids are taken out of it",
    "portal/email_feed/plain_text.py": "a link of a sender, for the reader's browser alone",
    "sandbox/entra/routes.py": "msal asks about an authority, which nobody calls",
    "sandbox/entra/authorize_requests.py": "an address is compared with registered ones",
}
# What makes one segment of a path, or a whole path of our own rows.
QUOTING = {"segment", "_path"}
SQLITE_HOMES = {"portal/storage/database.py", "sandbox/database.py"}
MAKERS_OF_TABLES = ("portal/storage/migrations.py", "portal/storage/schema/")
SQL = re.compile(
    r"\s*(select\s.*\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s"
    r"|create\s+(unique\s+|virtual\s+)?(table|index)\s|with\s+\w+\s+as\s*\("
    r"|begin immediate|pragma\s)",
    re.DOTALL,
)
DATABASE_CALLS = {
    "execute",
    "many",
    "query",
    "executemany",
    "executescript",
    "upsert_all",
    "insert_all",
}
CLOCKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "monotonic"), ("time", "perf_counter"),
}  # fmt: skip  # one to a line says no more
SECRET = re.compile(r"token|secret|verifier|nonce|password|private|credential|client_state")


def sql_stands_in_stores(module: Module) -> Iterator[str]:
    if module.program != "portal" or module.is_store or module.parts[1] == "storage":
        return
    for line, text in texts(module):
        if SQL.match(text):
            yield f"{module.path}:{line} contains SQL"
    for node in ast.walk(module.tree):
        called = getattr(node.func, "attr", "") if isinstance(node, ast.Call) else ""
        if called in DATABASE_CALLS:
            yield f"{module.path}:{getattr(node, 'lineno', 0)} calls {called}()"


def http_has_two_doors(module: Module) -> Iterator[str]:
    if module.program != "portal" or module.path in HTTP_HOMES:
        return
    lent = READER if module.path == READER_HOME else set()
    for line, name in imports(module):
        if not any(f"{name}.".startswith(f"{each}.") for each in lent):
            yield from _refused(module, line, name, HTTP)


def _refused(module: Module, line: int, name: str, names: Iterable[str]) -> Iterator[str]:
    if any(f"{name}.".startswith(f"{unwanted}.") for unwanted in names):
        yield f"{module.path}:{line} imports {name}"


def addresses_have_one_reader(module: Module) -> Iterator[str]:
    """Refuse another reading of addresses than that of the library that makes the request."""
    if module.program not in ("portal", "sandbox") or module.path in READ_OTHERWISE:
        return
    for node in ast.walk(module.tree):
        names = {getattr(node, "attr", ""), getattr(node, "name", ""), getattr(node, "id", "")}
        if names & OTHER_READERS:
            yield f"{module.path}:{getattr(node, 'lineno', 0)} reads an address in its own way"


def paths_quote_what_they_hold(module: Module) -> Iterator[str]:
    """Refuse a value of an answer in a path of Graph, where it may lead to another mailbox."""
    for node in ast.walk(module.tree):
        if module.program != "portal" or not isinstance(node, ast.Call) or not node.args:
            continue
        asks = ast.unparse(node.func).rpartition(".")
        if asks[0].endswith("graph") and isinstance(node.args[0], ast.JoinedStr):
            held = [each.value for each in node.args[0].values if hasattr(each, "value")]
            yield from (
                f"{module.path}:{node.lineno} does not quote {ast.unparse(each)}"
                for each in held
                if isinstance(each, ast.Call) and ast.unparse(each.func) not in QUOTING
            )


def sqlite_has_one_door(module: Module) -> Iterator[str]:
    if module.path not in SQLITE_HOMES:
        yield from importing(module, {"sqlite3", "pysqlite3"})


def engine_is_known_in_storage_alone(module: Module) -> Iterator[str]:
    """Everything else takes `Rows`, so that another engine can stand behind it."""
    if module.program == "portal" and module.parts[1] != "storage":
        yield from importing(module, {"sqlite_utils"})


def encryption_has_one_door(module: Module) -> Iterator[str]:
    if module.program == "portal" and module.path != "portal/vault.py":
        ciphers = "cryptography.hazmat.primitives.ciphers"
        yield from importing(module, {ciphers, "cryptography.fernet"})


def time_is_read_in_the_clock(module: Module) -> Iterator[str]:
    if module.program != "portal" or module.path == "portal/clock.py":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else None
            owner = node.value.id if isinstance(node.value, ast.Name) else owner
            if (owner, node.attr) in CLOCKS:
                yield f"{module.path}:{node.lineno} reads {owner}.{node.attr}"
    for line, name in imports(module):
        if tuple(name.split(".")) in CLOCKS:
            yield f"{module.path}:{line} imports {name}"


def environment_is_read_in_config(module: Module) -> Iterator[str]:
    if module.program != "portal" or module.path == "portal/config.py":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb"):
            yield f"{module.path}:{node.lineno} reads the environment"
    yield from importing(module, {"os.environ", "os.getenv"})


def tables_are_made_by_migrations(module: Module, *, tables: Iterable[str] = ()) -> Iterator[str]:
    """Refuse code that makes tables; sqlite-utils silently creates a missing one."""
    if module.program != "portal" or module.path.startswith(MAKERS_OF_TABLES):
        return
    for line, text in texts(module):
        if re.match(r"\s*create\s+(virtual\s+|temp\w*\s+)?table\b", text, re.IGNORECASE):
            yield f"{module.path}:{line} makes a table"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = _table_named(node.func)
            if name is not None and name not in set(tables):
                yield f"{module.path}:{node.lineno} would make the table {name}"


def _table_named(call: ast.Attribute) -> str | None:
    """Return the name in `db["name"].insert(…)` or `db.table("name").upsert_all(…)`."""
    if call.attr not in ("insert", "insert_all", "upsert", "upsert_all", "create"):
        return None
    place = call.value
    if isinstance(place, ast.Subscript) and isinstance(place.slice, ast.Constant):
        return str(place.slice.value)
    is_table = isinstance(place, ast.Call) and getattr(place.func, "attr", "") == "table"
    if is_table and isinstance(place, ast.Call) and isinstance(place.args[0], ast.Constant):
        return str(place.args[0].value)
    return None


def secrets_without_seal(
    columns: Iterable[tuple[str, str]], sealed: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """List columns that look like a secret, but are neither hashed nor sealed."""
    hidden = {*sealed}
    return [
        (table, column)
        for table, column in columns
        if SECRET.search(column) and not column.endswith("_hash") and (table, column) not in hidden
    ]
