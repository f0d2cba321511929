"""Entries of “Never sync”: which addresses they cover."""

import pytest

from portal.privacy.models import NeverSync

LIST = NeverSync(
    frozenset({"sam@law.example"}), frozenset({"doctor.example", "xn--br-via.example"})
)


@pytest.mark.parametrize(
    "address",
    [
        "sam@law.example",
        "SAM@Law.Example",
        "sam+private@law.example",
        "anna@doctor.example",
        "anna@mail.doctor.example",
        "anna@DOCTOR.example",
        "anna@bär.example",
    ],
)
def test_address_is_covered(address: str) -> None:
    assert LIST.has(address)
    assert LIST.first_of(["rosa@mail.example", address]) == address


@pytest.mark.parametrize(
    "address",
    [
        "samuel@law.example",
        "sam@outlaw.example",
        "anna@notdoctor.example",
        "doctor.example@x.example",
    ],
)
def test_address_is_not_covered(address: str) -> None:
    assert not LIST.has(address)
    assert LIST.first_of([address]) is None


def test_tagged_entry_does_not_cover_the_plain_address() -> None:
    listed = NeverSync(frozenset({"sam+private@law.example"}))

    assert not listed.has("sam@law.example")
    assert listed.has("sam+private@law.example")
