"""Users by their address, whatever its spelling."""

from dataclasses import replace

import pytest

from portal.storage.rows import ConstraintRefused, Rows
from portal.users import store
from tests.support import builders


def test_local_user_is_found_whatever_the_spelling(rows: Rows) -> None:
    builders.user(rows, "Élise Moreau", address="Élise@Bücher.example", password_hash="hash")

    for spelling in ("élise@bücher.example", "ÉLISE@BÜCHER.EXAMPLE", "élise@xn--bcher-kva.example"):
        found = store.local_user(rows, spelling)
        assert found is not None
        assert found.address == "Élise@Bücher.example"


def test_address_signs_in_one_local_user(rows: Rows) -> None:
    elise = builders.user(rows, "Élise Moreau", address="élise@mail.example", password_hash="hash")
    other = replace(
        store.user(rows, elise),
        id="other",
        tenant_id=None,
        object_id=None,
        address="other@mail.example",
    )

    with pytest.raises(ConstraintRefused), rows.write():
        store.add(rows, other)


def test_saved_address_is_compared_and_leaves_the_password_its_own(rows: Rows) -> None:
    user_id = builders.user(rows, "Kim Lund", address="kim@mail.example", password_hash="hash")
    kim = store.user(rows, user_id)

    with rows.write():
        store.save_names(rows, replace(kim, address="KIM.LUND@mail.example"))

    assert store.people_at(rows, "kim@mail.example") == []
    assert [each.id for each in store.people_at(rows, "kim.lund@mail.example")] == [user_id]
    assert store.local_user(rows, "kim@mail.example") is not None
    assert store.local_user(rows, "kim.lund@mail.example") is None
