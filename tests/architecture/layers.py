"""Rules about imports between subjects and roles."""

from collections.abc import Iterator

from tests.architecture.sources import Module, importing, imports

LAYERS = (
    {
        *(
            "errors",
            "clock",
            "addresses",
            "characters",
            "time_zones",
            "wording",
            "config",
            "smtp_config",
            "setting_names",
        ),
        *("vault", "key_files", "logs", "flash_texts", "web_addresses"),
    },
    {"storage"},
    {"audit"},
    {"graph"},
    {"entra"},
    {"subscriptions"},
    {"microsoft365"},
    {"services"},
    {"web"},
    {"users"},
    {"privacy", "conversations", "email_domain"},
    {"flows", "directory", "candidates"},
    {"suggested_addresses", "outbox"},
    {"email", "calendars", "group_calendars", "availability"},
    {"shared_mailboxes"},
    {"email_settings", "privacy_settings", "composer", "sending_settings"},
    {"email_feed", "email_why"},
    {"interviews", "alerts"},
    {"google", "integrations"},
    {"worker"},
    {"upkeep", "diagnostics"},
    {"__init__", "cli"},
)
HEIGHT = {subject: height for height, layer in enumerate(LAYERS) for subject in layer}
# Every subject's jobs.py declares its kinds of work with it, so it counts as part of storage.
LENT_TO_ALL = {"portal.worker.queue": "storage"}
ROLES = {"errors": 0, "models": 1, "store": 2, "forms": 4, "jobs": 4, "routes": 5}
TOPIC = 3


def imports_go_down(module: Module) -> Iterator[str]:
    if module.program != "portal":
        return
    own, role = _subject(".".join(module.parts)), module.parts[-1]
    for line, name in imports(module):
        if not name.startswith("portal.") or own in ("__init__", "cli"):
            continue
        subject = _subject(name)
        reaches_pages = _is_top(role) and subject == "web"
        beside = subject in LAYERS[0] and own in LAYERS[0]
        if subject == own:
            yield from _within(module, line, name)
        elif not (HEIGHT[subject] < HEIGHT[own] or reaches_pages or beside):
            yield f"{module.path}:{line} imports {name}, which is not below it"


def _subject(name: str) -> str:
    lent = (to for module, to in LENT_TO_ALL.items() if f"{name}.".startswith(f"{module}."))
    return next(lent, name.split(".")[1])


def _within(module: Module, line: int, name: str) -> Iterator[str]:
    """Check the order inside a subject: models, store, topics, forms and jobs, routes."""
    parts, subject = name.split("."), module.parts[1]
    if len(module.parts) < 3 or len(parts) < 3 or subject in ("web", "storage"):
        return
    if _role(parts[2]) > _role(module.parts[2]):
        yield f"{module.path}:{line} imports {name}, which is not below it"


def _role(file: str) -> int:
    for role in ("store", "routes"):
        if file.endswith(f"_{role}"):
            return ROLES[role]
    return ROLES.get(file, TOPIC)


def _is_top(file: str) -> bool:
    return file in ("routes", "forms") or file.endswith("_routes")


def rules_know_no_pages(module: Module) -> Iterator[str]:
    """Refuse page imports in code that the worker runs too."""
    role = module.parts[-1]
    if module.program != "portal" or module.parts[1] in ("web", "__init__", "cli"):
        return
    if role != "__init__" and not _is_top(role):
        pages = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug", "portal.web"}
        yield from importing(module, pages)


def programs_stay_apart(module: Module) -> Iterator[str]:
    apart = {
        "portal": {"sandbox", "demo", "tests", "faults", "bench"},
        "sandbox": {"portal", "demo", "tests", "faults", "bench"},
        "demo": {"sandbox", "tests", "faults", "bench"},
        "bench": {"sandbox", "demo", "tests", "faults"},
        "faults": {"demo"},
    }
    for line, name in imports(module):
        if name.split(".")[0] in apart.get(module.program, ()):
            yield f"{module.path}:{line} imports {name}"
