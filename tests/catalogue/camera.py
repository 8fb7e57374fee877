"""A photograph of each shot, cut to the message or the form itself."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.bot.setting import free_port
from tests.browsing import chromium
from tests.catalogue.album import Shot

ROOT: Final = Path(__file__).parents[2]
_OVERHEAD: Final = "() => document.activeElement && document.activeElement.blur()"


def photograph(shots: list[Shot], kept: Path, folder: Path) -> None:
    """Write `folder`/*.png, and take away what no shot stands for any more."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {f"{shot.picture}.png" for shot in shots}
    for old in folder.glob("*.png"):
        if old.name not in names:
            old.unlink()
    with _page(kept) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 720, "height": 900})
        page.goto(address, wait_until="networkidle")
        page.evaluate(_OVERHEAD)
        for shot in shots:
            inside = page.locator(f"#{shot.picture} > *").first
            inside.screenshot(path=folder / f"{shot.picture}.png", animations="disabled")


@contextmanager
def _page(kept: Path) -> Iterator[str]:
    port = free_port()
    served = subprocess.Popen(  # noqa: S603 - our own module, with this very interpreter
        [sys.executable, "-m", "tests.catalogue.page", str(port), str(kept)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert served.stdout is not None
        assert served.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{port}/"
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(timeout=20)
