"""Starts the three programs in the order in which they need each other, people and mail between."""

from demo.people import seed_people
from demo.practice_tenant import PracticeTenant
from demo.programs import Program, start, wait_until_it_answers
from demo.stage import Stage
from demo.tenant_mail import fill_mailbox


def rise(stage: Stage, programs: list[Program]) -> None:
    """Each program is added as it is started, so that whoever called can stop what already runs."""
    tenant = _practice_tenant(stage, programs)
    fill_mailbox(tenant)
    state = tenant.state()
    settings = stage.settings(state["tenant"]["id"])
    seed_people(settings, state)
    _portal(stage, programs, settings)


def begin(stage: Stage, programs: list[Program], *, settings: dict[str, str]) -> None:
    """The same with nobody in the portal and nothing in mailboxes."""
    _practice_tenant(stage, programs)
    _portal(stage, programs, settings)


def _practice_tenant(stage: Stage, programs: list[Program]) -> PracticeTenant:
    stage.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = ["sandbox", "--port", str(stage.sandbox_port), "--state", str(stage.sandbox_state)]
    programs.append(_child(stage, "practice tenant", command, {}))
    wait_until_it_answers(programs[-1], f"{stage.sandbox}/_sandbox/state")
    tenant = PracticeTenant(stage.sandbox)
    tenant.set_redirects(stage.redirects)
    return tenant


def _portal(stage: Stage, programs: list[Program], settings: dict[str, str]) -> None:
    web = ["gunicorn", "--bind", f"127.0.0.1:{stage.portal_port}", "--threads", "8", "wsgi:app"]
    programs.append(_child(stage, "portal", web, settings))
    programs.append(_child(stage, "worker", ["flask", "--app", "wsgi", "worker"], settings))
    wait_until_it_answers(programs[-2], f"{stage.portal}/healthz")


def _child(stage: Stage, name: str, command: list[str], settings: dict[str, str]) -> Program:
    log = stage.folder / f"{name.replace(' ', '-')}.log"
    log.unlink(missing_ok=True)
    return start(name, command, settings=settings, log=log)
