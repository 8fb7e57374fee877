"""The card that tells a first-time visitor what to do, with one click per step."""

from collections.abc import Callable
from typing import Final

from nicegui import ui

from sandbox.page.markup import markup
from sandbox.page.mrkdwn import plain
from sandbox.page.visit import HOME, Visit

DISMISSED: Final = "deskbellTryThis"
"""Under this name the browser remembers that the card was closed; the style sheet hides it."""

# (first name, place, what to do there); place "" is the direct message with the app.
STEPS: Final = (
    ("Karen", "", "Need help: type <code>/ticket</code> and fill in the form"),
    ("John", "help-desk", "Answer the call: press <b>Claim</b> on the new card"),
    ("Karen", "", "See what the requester hears, and reply in the thread"),
    ("John", HOME, "Everything that waits for an agent, in one place"),
)


def welcome(visit: Visit) -> None:
    """Draw the card; it stays away from this browser once closed."""

    def dismiss() -> None:
        card.delete()
        ui.run_javascript(f"localStorage.{DISMISSED} = 'yes'")

    steps = [step for step in STEPS if visit.workspace.find_user(step[0])]
    with ui.element("section").classes("welcome") as card:
        with ui.element("header"):
            unfold = ui.element("button").classes("unfold")
            with unfold.on("click", lambda: card.classes(toggle="open")):
                ui.label("Try this")
            with ui.element("button").classes("tool close").on("click", dismiss) as close:
                ui.icon("close")
            close.props["aria-label"] = "Close"
        for number, (name, place, what) in enumerate(steps, 1):
            with ui.element("button").classes("step").on("click", _taker(visit, name, place)):
                markup(
                    f'<span class="number">{number}</span>'
                    f"<span><em>as {plain(name)}</em> {what}</span>"
                )


def _taker(visit: Visit, name: str, place: str) -> Callable[[], None]:
    def take() -> None:
        user = visit.workspace.find_user(name)
        channel = visit.workspace.find_channel(place)
        if user is None:
            return
        visit.act_as(user.id)
        dm = visit.workspace.dm_of(user.id).id
        visit.go(place if place == HOME else channel.id if channel else dm)

    return take
