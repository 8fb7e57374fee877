"""An outage that anybody can watch being survived: switched on, and ended, in the browser."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.bot.setting import free_port
from tests.browsing import chromium, needs_chromium, write
from tests.desk import ROOT
from tests.faults.clicks import wait_until

pytestmark = needs_chromium

LOOKS = 8
"""How often time is pushed ahead at most until the desk has looked twice, and posts."""


def is_served(port: int) -> bool:
    """Whether the page can be asked for; that is a moment after the demo has said where."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The demo, as `make demo` starts it; it must end cleanly."""
    port = free_port()
    quiet = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    demo = subprocess.Popen(  # noqa: S603 -- our own module, with this very interpreter
        [sys.executable, "-u", "-m", "bot", "demo", "--port", str(port), "--data", str(tmp_path)],
        cwd=ROOT,
        env=quiet | {"COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert demo.stdout
    assert any("Deskbell is open" in line for line in demo.stdout)
    wait_until(lambda: is_served(port), seconds=20)
    yield f"http://127.0.0.1:{port}/"
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=30)
    assert "Stopped" in said
    assert demo.returncode == 0


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A Chromium of its own."""
    with chromium() as launched:
        yield launched


def open_as(browser: Browser, address: str, who: str, place: str) -> Page:
    page = browser.new_page(viewport={"width": 1300, "height": 850})
    page.goto(f"{address}?as={who}&in={place}", wait_until="domcontentloaded")
    expect(page.locator(".actor-name").first).to_be_visible()
    return page


def switch(page: Page, title: str) -> Locator:
    return page.get_by_role("switch").filter(has_text=title)


def test_slack_goes_down_in_the_browser_and_everything_said_meanwhile_arrives_once(
    browser: Browser, address: str
) -> None:
    karen, john = (
        open_as(browser, address, "karen", "dm"),
        open_as(browser, address, "john", "help-desk"),
    )
    write(karen, "/ticket Printer on fire")
    expect(karen.locator(".modal .submit")).to_be_visible()
    john.get_by_role("button", name="Faults").click()
    switch(john, "Slack is down").click()
    switch(john, "Histories lag behind").click()
    expect(switch(john, "Slack is down")).to_have_attribute("aria-checked", "true")
    for page in (john, karen):
        told = page.locator(".troubles")
        expect(told).to_contain_text("Slack is down: every call is answered with 503")
        expect(told).to_contain_text("Histories show a message only after 30 seconds")
        expect(told.locator("small").first).to_have_text(re.compile(r"^since \d+:\d\d"))

    karen.locator(".modal .submit").click()
    expect(karen.locator(".modal")).to_have_count(0)
    john.get_by_role("button", name="+10 min").click()
    expect(john.locator(".troubles")).to_contain_text("for 10 min")
    expect(john.locator(".message")).to_have_count(0)
    expect(karen.locator(".message")).to_have_count(0)

    john.locator(".troubles").get_by_role("button", name="End all faults").click()
    expect(karen.locator(".troubles")).to_be_hidden()
    expect(switch(john, "Slack is down")).to_have_attribute("aria-checked", "false")
    card = john.locator(".message", has_text="Printer on fire")
    for _ in range(LOOKS):
        john.get_by_role("button", name="+10 min").click()
        john.wait_for_timeout(700)
        if card.count():
            break
    expect(card).to_have_count(1)
    expect(karen.locator(".message", has_text="we have your request")).to_have_count(1)
