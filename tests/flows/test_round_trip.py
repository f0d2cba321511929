"""Declarations of every kind of flow and every sign-in service."""

import pytest

from portal import ROUND_TRIPS
from portal.entra.errors import ConsentMissing, EntraError, FlowRefused, Outcome
from portal.errors import Conflict, PortalError
from portal.flows.consent import CONSENT
from portal.flows.declarations import RoundTrip
from portal.flows.microsoft import MICROSOFT
from portal.flows.models import FlowKind, Service
from portal.google.errors import WrongDomain
from portal.google.sign_in import GOOGLE


def test_every_kind_of_flow_declares_one_return() -> None:
    declared = [kind for trip in ROUND_TRIPS for kind in trip.kinds]

    assert sorted(declared) == sorted(FlowKind)


def test_every_service_declares_one_round_trip() -> None:
    assert sorted(trip.service for trip in ROUND_TRIPS) == sorted(Service)


def test_every_outcome_has_a_page() -> None:
    assert {outcome for trip in ROUND_TRIPS for outcome in trip.pages} == set(Outcome)


@pytest.mark.parametrize(
    ("trip", "refusal", "expected"),
    [
        (MICROSOFT, FlowRefused("x"), Outcome.REFUSED),
        (MICROSOFT, PortalError("x"), Outcome.FAILED),
        (CONSENT, FlowRefused("x"), Outcome.STALE),
        (CONSENT, ConsentMissing("x"), Outcome.NOT_YET),
        (CONSENT, EntraError("x"), Outcome.FAILED),
        (GOOGLE, Conflict("x"), Outcome.KEPT_OUT),
        (GOOGLE, WrongDomain("x"), Outcome.WRONG_DOMAIN),
    ],
)
def test_each_service_chooses_the_page_of_a_refusal(
    trip: RoundTrip[object], refusal: PortalError, expected: Outcome
) -> None:
    assert trip.outcome_of(refusal) is expected
    assert expected in trip.pages
