"""`python -m demo`: practice tenant, portal and worker on this machine, until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Sequence

from demo.practice_tenant import PracticeTenant
from demo.programs import NotStarted, Program, is_free, start, stop, wait_until_it_answers
from demo.seed import fill_mailbox, open_portal, seed_people
from demo.stage import Stage, WrongSetting, stage_from

WELCOME = """
  The portal is at   {portal}
  The small Outlook  {sandbox}            the outside world  {sandbox}/outside

  Try this:
    1. Open {portal}, press "Sign in with Microsoft" and choose Priya Kaur.
    2. Under Settings, Microsoft 365, connect Priya's account and watch the first sync.
    3. Open the candidate Rosa Ortega. At {sandbox}/outside write to
       priya@northwind.example as Rosa: it arrives while you look.
    4. In the small Outlook, answer as Priya from talent@northwind.example. It stays away
       until Settings, Email includes that alias.
  Alex Berg administers: Users, Audit log and Jobs are theirs to see.

  Ctrl-C stops everything. What was done is kept in {folder};
  remove that folder to begin anew.
"""


def main() -> int:
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _as_ctrl_c)
    programs: list[Program] = []
    try:
        stage = stage_from(os.environ)
        _insist_on_free_ports(stage)
        _raise_curtain(stage, programs)
        return _watch(programs)
    except (NotStarted, WrongSetting) as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave one running
        stop(programs)


def _as_ctrl_c(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _insist_on_free_ports(stage: Stage) -> None:
    for name, port in (("PORTAL_PORT", stage.portal_port), ("SANDBOX_PORT", stage.sandbox_port)):
        if not is_free(port):
            raise WrongSetting(
                f"Port {port} is taken by another program. Stop that, or choose another port: "
                f"{name}={port + 1} make demo"
            )


def _raise_curtain(stage: Stage, programs: list[Program]) -> None:
    """Starts the three in the order in which they need each other, with their people between."""
    print("Starting the practice tenant, the portal and a worker ...", flush=True)
    stage.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = ["sandbox", "--port", str(stage.sandbox_port), "--state", str(stage.sandbox_state)]
    programs.append(_child(stage, "practice tenant", command, {}))
    wait_until_it_answers(programs[-1], f"{stage.sandbox}/_sandbox/state")
    tenant = PracticeTenant(stage.sandbox)
    tenant.set_redirects(stage.redirects)
    fill_mailbox(tenant)
    settings = stage.settings(tenant.state()["tenant"]["id"])
    seed_people(open_portal(settings), tenant.state())
    web = ["gunicorn", "--bind", f"127.0.0.1:{stage.portal_port}", "--threads", "8", "wsgi:app"]
    programs.append(_child(stage, "portal", web, settings))
    programs.append(_child(stage, "worker", ["flask", "--app", "wsgi", "worker"], settings))
    wait_until_it_answers(programs[-2], f"{stage.portal}/healthz")
    print(
        WELCOME.format(portal=stage.portal, sandbox=stage.sandbox, folder=stage.folder), flush=True
    )


def _child(stage: Stage, name: str, command: list[str], settings: dict[str, str]) -> Program:
    log = stage.folder / f"{name.replace(' ', '-')}.log"
    log.unlink(missing_ok=True)
    return start(name, command, settings=settings, log=log)


def _watch(programs: Sequence[Program]) -> int:
    while True:
        time.sleep(0.5)
        for program in programs:
            if program.has_died:
                print(
                    f"\nThe {program.name} stopped by itself, so the demo ends. It said:\n"
                    f"{program.last_words()}\nThe whole log is {program.log}.",
                    file=sys.stderr,
                )
                return 1


if __name__ == "__main__":
    sys.exit(main())
