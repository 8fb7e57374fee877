"""What every form is made of: inputs named by their field, and the way back from Slack's state.

An input's block id is its field's name, so that the desk's refusals ("summary": …) and what people
typed find the right place without a table in between. Slack keeps what was typed across an update
only where block id and action id stay the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    ChannelSelectElement,
    CheckboxesElement,
    DatePickerElement,
    DateTimePickerElement,
    InputBlock,
    InputInteractiveElement,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views import facts
from handlers.views.wire import Sheet
from handlers.views.words import cut, md, plain
from store.models import Ticket

Json = Mapping[str, Any]

VALUE: Final = "value"
"""The action id of every input that does not speak up while it is filled."""

LONGEST: Final = 3000
"""Slack's limit for one text input."""

NOTICE: Final = "notice"
"""The block id of a warning above a form begins with this."""

TURN: Final = "~"
"""Between a field's name and what makes its id new."""

KEPT: Final = (
    "type", "callback_id", "title", "submit", "close", "private_metadata", "notify_on_close",
)  # fmt: skip
"""What of a view, as Slack returns it, may be sent back again."""


@dataclass(frozen=True)
class Subject:
    """Which ticket a form is about, and the version that its reader has seen."""

    ticket: int
    version: int

    @classmethod
    def of(cls, ticket: Ticket) -> "Subject":
        """As the ticket stands now."""
        return cls(ticket.id, ticket.version)

    @classmethod
    def read(cls, view: Json) -> "Subject":
        """From a view's metadata."""
        kept = metadata(view)
        return cls(int(kept["ticket"]), int(kept["version"]))


def ticket_form(
    form: Form, ticket: Ticket, title: str, blocks: Sequence[Block], *, submit: str
) -> View:
    """A modal about one ticket; it opens with the ticket's number and summary."""
    named = SectionBlock(text=plain(facts.title(ticket)))
    about = {"ticket": ticket.id, "version": ticket.version}
    return modal(title, [named, *blocks], form=form, submit=submit, kept=about)


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    form: Form | None = None,
    submit: str | None = None,
    close: str = "Cancel",
    kept: Json | None = None,
) -> View:
    """A modal; `kept` travels with it and comes back on submission (3000 characters at most)."""
    return Sheet(
        type="modal",
        callback_id=form and form.value,
        title=plain(title, 24),
        submit=plain(submit, 24) if submit else None,
        close=plain(close, 24),
        private_metadata=json.dumps(kept) if kept else None,
        blocks=list(blocks),
    )


def metadata(view: Json) -> dict[str, Any]:
    """What the form was sent with."""
    kept = json.loads(view.get("private_metadata") or "{}")
    assert isinstance(kept, dict)
    return kept


def with_notice(view: Json, notice: Sequence[Block], *, version: int | None = None) -> View:
    """The same form with a warning on top; whatever was typed stays.

    `view` is Slack's copy. A `version` says that the reader has now seen that state.
    """
    kept = {key: view[key] for key in KEPT if view.get(key)}
    if version is not None:
        kept["private_metadata"] = json.dumps({**metadata(view), "version": version})
    for number, block in enumerate(notice):
        block.block_id = f"{NOTICE}-{view.get('hash', '')}-{number}"
    below = [b for b in view["blocks"] if not str(b.get("block_id")).startswith(NOTICE)]
    return Sheet(**kept, blocks=[*notice, *below])


def warning(text: str) -> SectionBlock:
    """A sentence that must not be overlooked, already safe."""
    return SectionBlock(text=md(f":warning: {text}"))


def typed(view: Json, field: str) -> str | None:
    """Words, an option's value, a user id, a date, or a moment in Unix seconds; None when empty."""
    values = view.get("state", {}).get("values", {})
    turned = (name for name in values if str(name).startswith(f"{field}{TURN}"))
    state = values.get(field) or values.get(next(turned, field), {})
    for held in state.values():
        option = held.get("selected_option") or {}
        value = (
            held.get("value")
            or option.get("value")
            or held.get("selected_user")
            or held.get("selected_channel")
            or held.get("selected_date")
            or held.get("selected_date_time")
        )
        return str(value) if value else None
    return None


def several(view: Json, field: str) -> tuple[str, ...]:
    """The people that were chosen there."""
    state = view.get("state", {}).get("values", {}).get(field, {})
    return tuple(user for held in state.values() for user in held.get("selected_users") or ())


def words_input(
    field: str,
    label: str,
    *,
    long: bool = False,
    optional: bool = False,
    initial: str | None = None,
    limit: int = LONGEST,
    hint: str | None = None,
    placeholder: str | None = None,
    tells: str | None = None,
) -> InputBlock:
    """A line of text, or several. `tells` is the action that hears of it while it is typed."""
    every_character = DispatchActionConfig(trigger_actions_on=["on_character_entered"])
    element = PlainTextInputElement(
        action_id=tells or VALUE,
        multiline=long,
        max_length=limit,
        initial_value=initial or None,
        placeholder=plain(placeholder, 150) if placeholder else None,
        dispatch_action_config=every_character if tells else None,
    )
    return input_block(field, label, element, optional=optional, hint=hint, dispatch=bool(tells))


def menu(
    field: str,
    label: str,
    options: Sequence[tuple[str, str] | tuple[str, str, str | None]],
    *,
    initial: str | None = None,
    optional: bool = False,
    hint: str | None = None,
    tells: str | None = None,
) -> InputBlock:
    """One of `options` (value, label and perhaps a line about it; Slack takes a hundred).

    `tells` is the action that hears of every choice.
    """
    choices = [as_option(*each) for each in options[:100]]
    element = StaticSelectElement(
        action_id=tells or VALUE,
        placeholder=plain("Choose…"),
        options=choices,
        initial_option=next((c for c in choices if c.value == initial), None),
    )
    return input_block(field, label, element, optional=optional, hint=hint, dispatch=bool(tells))


def person_input(
    field: str,
    label: str,
    *,
    optional: bool = False,
    initial: str | None = None,
    hint: str | None = None,
) -> InputBlock:
    """Anybody in the workspace."""
    element = UserSelectElement(
        action_id=VALUE, initial_user=initial, placeholder=plain("Choose a person")
    )
    return input_block(field, label, element, optional=optional, hint=hint)


def people_input(
    field: str, label: str, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """Several people of the workspace; `several` reads them."""
    element = UserMultiSelectElement(action_id=VALUE, placeholder=plain("Choose people"))
    return input_block(field, label, element, optional=optional, hint=hint)


def channel_input(
    field: str, label: str, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """A public channel."""
    element = ChannelSelectElement(action_id=VALUE, placeholder=plain("Choose a channel"))
    return input_block(field, label, element, optional=optional, hint=hint)


def date_input(
    field: str, label: str, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """A day, as YYYY-MM-DD."""
    return input_block(
        field, label, DatePickerElement(action_id=VALUE), optional=optional, hint=hint
    )


def moment_input(
    field: str,
    label: str,
    *,
    optional: bool = False,
    initial: datetime | None = None,
    hint: str | None = None,
) -> InputBlock:
    """A day and a time in the person's own zone, as Unix seconds."""
    element = DateTimePickerElement(
        action_id=VALUE, initial_date_time=int(initial.timestamp()) if initial else None
    )
    return input_block(field, label, element, optional=optional, hint=hint)


def number_input(
    field: str, label: str, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """A number, which Slack returns as text."""
    element = NumberInputElement(action_id=VALUE, is_decimal_allowed=True)
    return input_block(field, label, element, optional=optional, hint=hint)


def box_input(field: str, label: str, option: str) -> InputBlock:
    """One box to tick, or not."""
    element = CheckboxesElement(action_id=VALUE, options=[as_option(VALUE, option)])
    return input_block(field, label, element, optional=True, hint=None)


def ticked(view: Json, field: str) -> bool:
    """Whether the box is."""
    state = view.get("state", {}).get("values", {}).get(field, {})
    return any(held.get("selected_options") for held in state.values())


def as_option(value: str, label: str, about: str | None = None) -> Option:
    """An option with its label, and perhaps a line about it."""
    description = plain(about, 75) if about else None
    return Option(value=value, text=plain(label, 75), description=description)


def input_block(
    field: str,
    label: str,
    element: InputInteractiveElement,
    *,
    optional: bool,
    hint: str | None,
    dispatch: bool = False,
) -> InputBlock:
    """The element with its label, under its field's name."""
    return InputBlock(
        block_id=field,
        label=plain(cut(label, 2000)),
        element=element,
        optional=optional,
        hint=plain(hint, 2000) if hint else None,
        dispatch_action=dispatch or None,
    )
