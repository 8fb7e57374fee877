"""The page in a real browser: what a visitor clicks reaches the app, and what it says appears."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.bot.setting import free_port
from tests.browsing import chromium, needs_chromium, write

ROOT = Path(__file__).parents[2]
pytestmark = needs_chromium

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The page of a sandbox with a small app, in a process of its own; it must end cleanly."""
    port = free_port()
    quiet = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    served = subprocess.Popen(  # noqa: S603 -- our own module, with this very interpreter
        [sys.executable, "-m", "tests.sandbox.page_app", str(port)],
        cwd=ROOT,
        env=quiet,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert served.stdout
    assert served.stdout.readline() == "ready\n"
    yield f"http://127.0.0.1:{port}/"
    served.send_signal(signal.SIGINT)
    said, _ = served.communicate(timeout=20)
    assert said == "stopped in order\n"
    assert served.returncode == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def open_as(browser: Browser, address: str) -> Iterator[Open]:
    """Opens tabs as different people; anything that goes wrong in them fails the test."""
    tabs: list[Page] = []
    troubles: list[str] = []

    def open_tab(who: str, place: str = "dm", width: int = 1300, height: int = 850) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("requestfailed", lambda request: troubles.append(request.url))
        page.on("request", lambda request: _stays_here(request.url, troubles))
        page.goto(f"{address}?as={who}&in={place}", wait_until="domcontentloaded")
        expect(page.locator(".actor-name").first).to_be_visible()
        tabs.append(page)
        return page

    yield open_tab
    for page in tabs:
        page.close()
    assert troubles == []


def _stays_here(url: str, troubles: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
        troubles.append(f"asked the internet: {url}")


def _is_named(control: Locator) -> bool:
    return bool(control.get_attribute("aria-label") or control.inner_text().strip())


def _field(page: Page, label: str) -> Locator:
    return page.locator(".field").filter(has=page.get_by_text(label, exact=True))


def test_a_form_goes_from_a_command_to_a_card_that_others_see_at_once(open_as: Open) -> None:
    karen, john = open_as("karen"), open_as("john", "help-desk")

    write(karen, "/ticket")
    expect(karen.locator(".modal-title")).to_have_text("New ticket")
    karen.locator(".modal .submit").click()
    expect(_field(karen, "Summary")).to_contain_text("Please complete this required field.")
    expect(karen.get_by_role("dialog", name="New ticket")).to_be_visible()
    karen.get_by_label("Summary", exact=True).press_sequentially("printer <b>burns</b>")
    karen.get_by_role("combobox", name="Topic", exact=True).click()
    karen.get_by_text("Often asked").click()  # a heading: nothing is chosen by it
    karen.get_by_role("option", name="Printer").click()
    expect(karen.get_by_text("Have you tried restarting?")).to_be_visible()
    expect(_field(karen, "Summary").locator("input")).to_have_value("printer <b>burns</b>")
    asked = karen.get_by_role("radiogroup", name="Have you tried restarting?")
    asked.get_by_role("radio", name="Not yet").check()
    expect(karen.get_by_role("combobox", name="Topic", exact=True)).to_have_value("Printer")
    karen.locator(".modal .submit").click()

    expect(karen.locator(".modal")).to_have_count(0)
    expect(karen.locator(".message").last).to_contain_text("We have it: printer <b>burns</b>")
    expect(john.locator(".message").last).to_contain_text("printer <b>burns</b>")


def test_a_click_changes_the_card_and_leaves_half_typed_text_alone(open_as: Open) -> None:
    karen, john = open_as("karen", "general"), open_as("john", "general")
    write(karen, "/card")
    card = john.locator(".message").last
    expect(card).to_contain_text("open")
    draft = john.locator(".main .message-box textarea")
    draft.fill("half a thought")

    card.get_by_role("button", name="Claim").click()

    expect(card).to_contain_text("claimed by @John Placeholder")
    expect(draft).to_have_value("half a thought")
    expect(karen.locator(".message").last).to_contain_text("claimed by @John Placeholder")


def test_replies_go_to_the_thread_and_show_under_the_message(open_as: Open) -> None:
    ken = open_as("ken", "general")
    write(ken, "Anyone for *lunch*?")
    message = ken.locator(".main .message").last
    expect(message).to_contain_text("Anyone for lunch?")
    message.hover()
    message.get_by_role("button", name="Reply in thread").click()

    write(ken, "Me :tada:", ".thread")

    expect(ken.locator(".thread .message").last).to_contain_text("Me")
    ken.get_by_role("button", name="Faults").click()
    expect(ken.locator(".panel.faults")).to_be_visible()
    expect(ken.locator(".thread .message").last).to_be_visible()
    expect(message.locator(".reply-bar")).to_contain_text("1 reply")

    controls = ken.locator(".panel.faults").locator("button, input").filter(visible=True)
    assert all(map(_is_named, controls.all()))
    ken.keyboard.press("Escape")  # closes what was opened last, one at a time
    expect(ken.locator(".panel.faults")).to_be_hidden()
    expect(ken.locator(".thread")).to_be_visible()
    ken.keyboard.press("Escape")
    expect(ken.locator(".thread")).to_be_hidden()


def test_a_reply_is_marked_as_new_until_the_thread_is_opened(open_as: Open) -> None:
    ken, jane = open_as("ken", "general"), open_as("jane", "general")
    write(ken, "Who has my pen?")
    asked = jane.locator(".main .message", has_text="Who has my pen?")
    asked.hover()
    asked.get_by_role("button", name="Reply in thread").click()
    write(jane, "I do", ".thread")

    answered = ken.locator(".main .message", has_text="Who has my pen?").locator(".reply-bar")
    expect(answered).to_contain_text("New")
    answered.click()

    expect(ken.locator(".thread .message").last).to_contain_text("I do")
    expect(answered).not_to_contain_text("New")


def test_slacks_own_complaints_come_as_a_notice(open_as: Open) -> None:
    karen = open_as("karen")

    write(karen, "/nosuchthing")

    expect(karen.locator(".slack-notice")).to_contain_text("not a valid command")


def test_acting_as_somebody_else_is_kept_in_the_address(open_as: Open) -> None:
    page = open_as("karen", "general")

    page.locator(".actor").click()
    page.locator(".actor-choice", has_text="Jane Specimen").click()

    expect(page.locator(".sidebar .actor")).to_contain_text("Jane Specimen")
    page.wait_for_url("**/?as=jane&in=general")
    expect(page).to_have_title("Jane · Sample Company")


def test_time_can_be_pushed_ahead(open_as: Open) -> None:
    page = open_as("karen", "general")
    write(page, "/clock")
    expect(page.locator(".message").last).to_contain_text("It is ")
    before = page.locator(".message").last.inner_text()

    page.get_by_role("button", name="+1 h").click()
    write(page, "/clock")

    expect(page.locator(".message").last).not_to_have_text(before)
    expect(page.get_by_role("button", name="Next alarm")).to_be_visible()


def test_a_phone_shows_one_pane_at_a_time(open_as: Open) -> None:
    phone = open_as("karen", "general", 390, 844)
    expect(phone.locator(".sidebar")).not_to_be_in_viewport()

    phone.get_by_role("button", name="Channels").click()
    phone.locator(".place", has_text="Home").click()

    expect(phone.locator(".home-page")).to_contain_text("Hello @Karen Example")
    expect(phone.locator(".sidebar")).not_to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_the_wire_shows_what_went_over_it(open_as: Open) -> None:
    karen = open_as("karen")
    write(karen, "/clock")

    karen.get_by_role("button", name="Wire").click()
    row = karen.locator(".wire-row", has_text="slash_command").last
    expect(row).to_contain_text("acked")
    row.click()

    expect(karen.locator(".wire-json")).to_contain_text('"command": "/clock"')
