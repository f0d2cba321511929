"""A GraphClient for a loopback server, with tokens and waits that tests can inspect."""

from portal.graph.client import GraphClient, Surroundings
from tests.support.loopback import Loopback

OID = "6a1c0000-0000-4000-8000-000000000001"


class Tokens:
    def __init__(self) -> None:
        self.forced: list[bool] = []

    def __call__(self, was_refused: bool) -> str:
        self.forced.append(was_refused)
        return f"token-{sum(self.forced)}"


class Waits(list[float]):
    """Record waits instead of sleeping."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(place: Loopback, *, patience: float = 60, **more: object) -> GraphClient:
    session = Surroundings({}, True).session()
    settled = {"token": Tokens(), "wait": Waits(), **more}
    return GraphClient(
        session=session,
        root=f"{place.url}/v1.0",
        mailbox_path="/me",
        object_id=OID,
        patience=patience,
        **settled,  # type: ignore[arg-type]  # a test may replace any field
    )
