"""The part that all environments of tests share: a portal in this process and its visitors."""

import html
import re
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from portal.services import Services
from portal.storage.rows import Rows
from tests.support.visitors import Visitor, services_of, stranger, visitor

LEAVING = re.compile(r'href="(http[^"]+/auth(?:orize|\?)[^"]*)"')


@dataclass(frozen=True)
class PortalEnvironment:
    app: Flask

    @property
    def services(self) -> Services:
        return services_of(self.app)

    @property
    def rows(self) -> Rows:
        return self.services.rows

    def visitor(self, user_id: str) -> Visitor:
        return visitor(self.app, user_id)

    def stranger(self) -> Visitor:
        return stranger(self.app)


def address_on(answer: TestResponse) -> str:
    """The address to which the leaving page leads."""
    assert answer.status_code == 200, answer.text
    link = LEAVING.search(answer.text)
    assert link is not None, answer.text
    return html.unescape(link[1])
