"""A real browser for the tests of the page, and what a visitor does there again and again."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), ""
)
needs_chromium: Final = pytest.mark.skipif(
    not CHROMIUM, reason="no Chromium on this machine: set CHROMIUM to the path of one"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's own, which asks nobody on the internet for anything."""
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


def write(page: Page, text: str, pane: str = ".main") -> None:
    """Type a message or a command, and send it."""
    box = page.locator(f"{pane} .message-box textarea")
    box.fill(text)
    box.press("Enter")
