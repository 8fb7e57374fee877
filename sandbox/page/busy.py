"""Shows on a button that the app hasn't answered yet, and keeps it from being pressed twice."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui


@contextmanager
def busy(button: ui.element) -> Iterator[None]:
    """Lock the button meanwhile; the answer may well have redrawn it away."""
    button.props("disabled")
    try:
        yield
    finally:
        if not button.is_deleted:
            button.props(remove="disabled")
