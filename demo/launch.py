"""Start the programs in order of dependency, and fill the practice tenant in between."""

from demo.environment import Environment
from demo.practice_tenant import PracticeTenant
from demo.programs import Program, start, wait_until_it_answers
from demo.seed_mailbox import fill_mailbox
from demo.seed_portal import seed_people


def start_demo(environment: Environment, programs: list[Program]) -> bool:
    """Start everything, and say whether Portal is new.

    Adds each program at once, so that the caller can stop it on failure.
    """
    tenant = _practice_tenant(environment, programs)
    fill_mailbox(tenant)
    state = tenant.state()
    settings = environment.settings(state["tenant"]["id"])
    is_new = seed_people(settings, state)
    _portal(environment, programs, settings)
    return is_new


def start_empty(
    environment: Environment, programs: list[Program], *, settings: dict[str, str]
) -> None:
    """Start everything with an empty portal and empty mailboxes."""
    _practice_tenant(environment, programs)
    _portal(environment, programs, settings)


def _practice_tenant(environment: Environment, programs: list[Program]) -> PracticeTenant:
    environment.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        "sandbox",
        "--port",
        str(environment.sandbox_port),
        "--state",
        str(environment.sandbox_state),
    ]
    programs.append(_child(environment, "practice tenant", command, {}))
    wait_until_it_answers(programs[-1], f"{environment.sandbox}/_sandbox/state")
    tenant = PracticeTenant(environment.sandbox)
    tenant.set_redirects(environment.redirects)
    tenant.switch(linksHere=True)
    return tenant


def _portal(environment: Environment, programs: list[Program], settings: dict[str, str]) -> None:
    web = [
        "gunicorn",
        "--bind",
        f"127.0.0.1:{environment.portal_port}",
        "--threads",
        "8",
        "wsgi:app",
    ]
    programs.append(_child(environment, "portal", web, settings))
    programs.append(_child(environment, "worker", ["flask", "--app", "wsgi", "worker"], settings))
    wait_until_it_answers(programs[-2], f"{environment.portal}/healthz")


def _child(
    environment: Environment, name: str, command: list[str], settings: dict[str, str]
) -> Program:
    log = environment.folder / f"{name.replace(' ', '-')}.log"
    log.unlink(missing_ok=True)
    return start(name, command, settings=settings, log=log)
