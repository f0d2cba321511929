"""The organization's verified domains, and those that an administrator took off."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.privacy import store


def take_off(act: Act, name: str) -> None:
    """Let addresses of a domain be candidates', for example one that freelancers share."""
    with act.rows.write():
        if store.take_off(act.rows, name, by=act.actor.name, now=act.now):
            act.record(Action.DOMAIN_TAKEN_OFF, name)


def put_back(act: Act, name: str) -> None:
    with act.rows.write():
        if store.put_back(act.rows, name):
            act.record(Action.DOMAIN_PUT_BACK, name)
