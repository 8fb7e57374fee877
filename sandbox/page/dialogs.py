"""The box of a dialog, which assistive technology announces with its name."""

from nicegui import ui


def dialog_box(name: str, size: str = "") -> ui.element:
    """`size` is "small" or nothing."""
    box = ui.element("div").classes(f"modal {size}").props("role=dialog aria-modal=true")
    box.props["aria-label"] = name
    return box
