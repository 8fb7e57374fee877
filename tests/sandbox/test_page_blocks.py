"""Every block and element that an app may send is drawn, and what is picked comes back."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from nicegui import ui
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation

from sandbox.page.blocks import draw_blocks
from sandbox.page.surface import Surface
from sandbox.page.viewer import Viewer

VIEWER = Viewer("U0KAREN", ZoneInfo("Europe/Berlin"), datetime(2026, 9, 21, 12, tzinfo=UTC), {})
Sent = list[tuple[str, dict[str, Any]]]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(name: str) -> dict[str, Any]:
    return {"text": plain(name), "value": name.lower()}


def element(type_: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "action_id": type_, **more}


CHOICES = {"options": [option("Low"), option("High")]}
ELEMENTS = [
    element("button", text=plain("Press me"), style="danger"),
    element("overflow", **CHOICES),
    element("static_select", **CHOICES),
    element("static_select", option_groups=[{"label": plain("All"), **CHOICES}]),
    element("multi_static_select", initial_options=[option("High")], **CHOICES),
    element("users_select", initial_user="U0KAREN"),
    element("multi_users_select"),
    element("channels_select"),
    element("conversations_select"),
    element("radio_buttons", initial_option=option("Low"), **CHOICES),
    element("checkboxes", **CHOICES),
    element("datepicker", initial_date="2026-09-21"),
    element("timepicker"),
    element("datetimepicker", initial_date_time=1790000000),
    element("plain_text_input", multiline=True, max_length=30, initial_value="as typed"),
    element("email_text_input"),
    element("url_text_input"),
    element("number_input", is_decimal_allowed=False),
]
BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": plain("A header")},
    {"type": "section", "text": {"type": "mrkdwn", "text": "a *section*"}},
    {"type": "section", "fields": [plain("left"), plain("right")]},
    {"type": "context", "elements": [plain("small print")]},
    {"type": "divider"},
    {"type": "image", "image_url": "data:,", "alt_text": "nothing", "title": plain("An image")},
    {"type": "rich_text", "elements": []},
]


def on_a_page(
    blocks: list[dict[str, Any]], story: Callable[[User], Any]
) -> tuple[Sent, dict[str, Any]]:
    """Draw `blocks`, let `story` use them; returns what went to the app and what was kept."""
    sent: Sent = []
    kept: dict[str, Any] = {}

    async def act(block: dict[str, Any], used: dict[str, Any], entered: dict[str, Any]) -> None:
        sent.append((used["action_id"], entered))

    def keep(block: dict[str, Any], used: dict[str, Any], entered: dict[str, Any]) -> None:
        kept[block["block_id"]] = entered

    surface = Surface(VIEWER, {"U0KAREN": "Karen"}, {"C0": "#general"}, act=act, keep=keep)

    async def tell() -> None:
        async with user_simulation(lambda: draw_blocks(blocks, surface)) as user:
            await user.open("/")
            await story(user)

    asyncio.run(tell())
    return sent, kept


async def handlers_have_run() -> None:
    """Give the event loop a few rounds: the page's handlers are tasks of their own."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_every_block_and_element_is_drawn_without_complaint() -> None:
    async def story(user: User) -> None:
        await user.should_see("Field 17")
        await user.should_not_see("can't draw")

    fields = [
        {"type": "input", "block_id": f"b{at}", "label": plain(f"Field {at}"), "element": used}
        for at, used in enumerate(ELEMENTS)
    ]
    on_a_page([*BLOCKS, *fields], story)


def test_an_unknown_block_says_so_instead_of_vanishing() -> None:
    async def story(user: User) -> None:
        await user.should_see("can't draw blocks of type <code>hologram</code>")

    on_a_page([{"type": "hologram"}], story)


def test_a_field_keeps_what_is_entered_and_tells_the_app_only_if_asked() -> None:
    async def story(user: User) -> None:
        for menu in user.find(ui.select).elements:
            menu.value = "high"
        user.find(ui.input).type("broken")
        await handlers_have_run()

    menu = element("static_select", **CHOICES)
    quiet = {"type": "input", "block_id": "quiet", "label": plain("Quiet"), "element": menu}
    loud = quiet | {"block_id": "loud", "dispatch_action": True}
    typed = quiet | {"block_id": "typed", "element": element("plain_text_input")}

    sent, kept = on_a_page([quiet, loud, typed], story)

    chosen = {"type": "static_select", "selected_option": option("High")}
    assert sent == [("static_select", chosen)]
    assert kept == {
        "quiet": chosen,
        "loud": chosen,
        "typed": {"type": "plain_text_input", "value": "broken"},
    }


def test_a_menu_in_a_message_can_be_used_for_the_same_thing_again() -> None:
    async def story(user: User) -> None:
        (menu,) = user.find(ui.select).elements
        for _ in range(2):
            menu.value = "low"
            await handlers_have_run()
        assert menu.value is None

    actions = {
        "type": "actions",
        "block_id": "a",
        "elements": [element("static_select", **CHOICES)],
    }
    sent, _ = on_a_page([actions], story)

    assert [entered["selected_option"]["value"] for _, entered in sent] == ["low", "low"]
