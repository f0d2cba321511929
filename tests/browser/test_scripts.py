"""The scripts improve pages that work without them."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug import Request, Response
from werkzeug.middleware.shared_data import SharedDataMiddleware

from tests.design import gallery

pytestmark = pytest.mark.browser


@dataclass
class ComponentServer:
    """A page with one switch and a growing feed. `failures` requests fail."""

    url: str = ""
    is_on: bool = False
    entries: int = 1
    failures: int = 0
    is_away: bool = False
    posts: list[str] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        if request.method == "POST":
            return self._switch(request)
        messages = [("success", "Email sync is on.")] if self.is_on else []
        page = gallery.environment()
        page.globals["get_flashed_messages"] = lambda **_: messages
        text = page.from_string(PAGE).render({**gallery.context(), "stage": replace(self)})
        return Response(text, mimetype="text/html")

    def _switch(self, request: Request) -> Response:
        self.posts.append(request.form["on"])
        if self.failures:
            self.failures -= 1
            return Response("broken", 500)
        self.is_on = request.form["on"] == "1"
        return Response("", 303, {"Location": "/elsewhere" if self.is_away else "/"})


PAGE = """
{% extends "layouts/signed_in.html" %}
{% from "components/switch.html" import switch %}
{% from "components/confirm.html" import confirm %}
{% from "components/copy_field.html" import copy_field %}
{% block title %}Email{% endblock %}
{% block content %}
  {{ switch("sync", "Sync my email", "/switch", is_on=stage.is_on) }}
  <section id="feed" data-refresh-seconds="1" data-announce="{{ stage.entries }} messages">
    <ol>{% for number in range(stage.entries, 0, -1) %}
      <li id="entry-{{ number }}"><details><summary>Entry {{ number }}</summary>Text</details></li>
    {% endfor %}</ol>
    <label>Note <input name="note"></label>
  </section>
  {% call confirm("Remove", "/switch", "Yes, remove") %}<p>Gone for good.</p>{% endcall %}
  {{ copy_field("link", "Link", "https://portal.example/x") }}
{% endblock %}
"""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def linked_files(folder: Path) -> Path:
    gallery.build(folder)
    return folder / "static"


@pytest.fixture
def components(tmp_path: Path) -> Iterator[ComponentServer]:
    components = ComponentServer()
    app = SharedDataMiddleware(
        Request.application(components.answer), {"/static": str(linked_files(tmp_path))}
    )
    server = make_server("localhost", 0, app, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    components.url = f"http://localhost:{server.server_port}/"
    yield components
    server.shutdown()
    server.server_close()
    thread.join()


def opened(components: ComponentServer, open_page: Callable[..., Page], **options: object) -> Page:
    page = open_page(**options)
    page.goto(components.url)
    page.evaluate("window.isFirstLoad = true")
    return page


def switch_of(page: Page) -> Locator:
    return page.get_by_role("switch", name="Sync my email")


def test_switch_answers_without_a_page_load(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = opened(components, open_page)

    switch_of(page).click()

    expect(switch_of(page)).to_have_attribute("aria-checked", "true")
    expect(switch_of(page)).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("Email sync is on.")
    expect(page.locator(".flash")).to_have_text("Email sync is on.")
    expect(page.locator(".flash[role]")).to_have_count(0)  # it would be heard twice
    assert page.evaluate("window.isFirstLoad") is True


def test_switch_works_by_its_label_and_by_the_keyboard(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = opened(components, open_page)

    page.get_by_text("Sync my email").click()
    expect(switch_of(page)).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Space")

    expect(switch_of(page)).to_have_attribute("aria-checked", "false")
    assert components.posts == ["1", "0"]


def test_failed_switch_is_sent_as_a_plain_form(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = opened(components, open_page, meets=500)
    components.failures = 1

    switch_of(page).click()

    expect(switch_of(page)).to_have_attribute("aria-checked", "true")
    assert components.posts == ["1", "1"]
    assert page.evaluate("window.isFirstLoad") is None


def test_switch_that_leads_elsewhere_opens_that_page(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = opened(components, open_page)
    components.is_away = True

    switch_of(page).click()

    page.wait_for_url("**/elsewhere")


def test_switch_works_without_scripts(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = open_page(javascript=False)
    page.goto(components.url)

    switch_of(page).click()

    expect(switch_of(page)).to_have_attribute("aria-checked", "true")


def test_live_part_adds_new_entries_and_keeps_open_ones(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = opened(components, open_page)
    page.get_by_text("Entry 1").click()

    components.entries = 2

    expect(page.get_by_text("Entry 2")).to_be_visible()
    expect(page.locator("#entry-1 details")).to_have_attribute("open", "")
    expect(page.locator("#entry-2 details")).not_to_have_attribute("open", "")
    expect(page.locator("#entry-1 summary")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("2 messages")
    assert page.evaluate("window.isFirstLoad") is True


def test_live_part_keeps_a_filled_in_field(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = opened(components, open_page)
    page.get_by_label("Note").fill("Call Rosa")

    components.entries = 2
    page.wait_for_timeout(1500)

    expect(page.get_by_label("Note")).to_have_value("Call Rosa")
    expect(page.get_by_text("Entry 2")).to_have_count(0)


@pytest.mark.parametrize("way", ["Escape", "elsewhere"])
def test_question_closes_without_an_answer(
    components: ComponentServer, open_page: Callable[..., Page], way: str
) -> None:
    page = opened(components, open_page)
    answer = page.get_by_role("button", name="Yes, remove")
    page.locator("summary", has_text="Remove").click()
    expect(answer).to_be_visible()

    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("heading", level=1).click()

    expect(answer).to_be_hidden()
    assert components.posts == []


def test_link_is_copied_with_a_confirmation(
    components: ComponentServer, browser: Browser, open_page: Callable[..., Page]
) -> None:
    page = opened(components, open_page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy").click()

    expect(page.locator("#announcer")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "https://portal.example/x"


def test_menu_on_the_phone_opens_without_scripts(
    components: ComponentServer, open_page: Callable[..., Page]
) -> None:
    page = open_page(javascript=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(components.url)
    candidates = page.get_by_role("link", name="Candidates")
    expect(candidates).to_be_hidden()

    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")

    expect(candidates).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
