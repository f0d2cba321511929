"""A stored secret that no key opens leaves one row, in whichever process and however often."""

import pytest

from portal.audit import store
from portal.audit.actions import Action
from portal.audit.models import Entry, Wanted
from portal.audit.unreadable_secrets import NAMES
from portal.config import Config
from portal.services import Services, build_services
from portal.storage.rows import Rows
from portal.vault import SEALED_COLUMNS, Unreadable, Where

PLACE = Where("email_domains", "password", "one", "")


@pytest.fixture
def services(config: Config, rows: Rows) -> Services:
    return build_services(config)


def recorded(services: Services) -> list[Entry]:
    wanted = Wanted(action=Action.SECRET_UNREADABLE)
    return list(store.entries(services.rows, wanted))


def test_each_secret_leaves_one_row(services: Services) -> None:
    for table, column in SEALED_COLUMNS:
        sealed = services.vault.seal("secret", where=Where(table, column, "another", "tenant"))
        for _ in range(3):
            with pytest.raises(Unreadable):
                services.vault.open(sealed, where=Where(table, column, "one", "tenant"))

    entries = recorded(services)
    assert sorted(each.target for each in entries) == sorted(NAMES[at] for at in SEALED_COLUMNS)
    assert {each.result for each in entries} == {"failed"}


def test_second_process_adds_no_row(services: Services, config: Config) -> None:
    sealed = services.vault.seal("secret", where=PLACE)[:-4]

    for each in (services, build_services(config)):
        with pytest.raises(Unreadable):
            each.vault.open(sealed, where=PLACE)

    assert len(recorded(services)) == 1


def test_another_damaged_value_has_its_own_row(services: Services) -> None:
    for _ in range(2):
        with pytest.raises(Unreadable):
            services.vault.open(services.vault.seal("secret", where=PLACE)[:-4], where=PLACE)

    assert len(recorded(services)) == 2


def test_value_that_opens_leaves_no_row(services: Services) -> None:
    sealed = services.vault.seal("secret", where=PLACE)

    assert services.vault.open(sealed, where=PLACE) == "secret"
    assert recorded(services) == []
