"""Tickets and the rest to draw, without a database; and Slack's judgement of what was drawn."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.views.wire import as_sent
from sandbox.block_kit.check import check_message, check_view
from store.models import Page, PageState, Ring, Target, TargetKind, Ticket
from store.rules.lifecycle import WORKED, Status
from store.rules.policy import Policy
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY

NOW: Final = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
POLICY: Final[Policy] = load_policy(DEMO_POLICY)
KAREN: Final = "U0KAREN0001"
CHRIS: Final = "U0CHRIS0003"
JOHN: Final = "U0JOHN00004"
JANE: Final = "U0JANE00005"

NASTY: Final = (
    "<!channel> *bold* _it_ ~no~ `code` & <@U0KAREN0001> <https://x.example|y> @here "
    "\u202eover\u202c שלום \U0001f525 :fire: 'quoted' \"too\""
)
"""Everything in a text that could mean something to Slack."""


def ticket(status: Status = Status.NEW, **changed: Any) -> Ticket:
    """A ticket as the database would have it."""
    ended = status in {Status.RESOLVED, Status.CLOSED}
    worked = status in WORKED or ended
    values: dict[str, Any] = {
        "id": 42,
        "status": status,
        "summary": "The printer on the third floor eats paper",
        "details": "It began this morning.",
        "topic": "printer",
        "severity": "sev_c",
        "team": "it",
        "requester": KAREN,
        "assignee": JOHN if worked else None,
        "answers": {"Have you tried restarting?": "Yes"},
        "source": "form",
        "opened_at": NOW,
        "changed_at": NOW,
        "resolved_at": NOW if ended else None,
        "closed_at": NOW if status is Status.CLOSED else None,
        "cause": "a sheet of foil" if ended else None,
        "fix": "took it out" if ended else None,
        "resolver": JOHN if ended else None,
        "version": 7,
        "last_seq": 9,
        "reopened": 0,
    }
    return Ticket(**{**values, **changed})


def targets(*, due: datetime = NOW + timedelta(hours=4)) -> list[Target]:
    """A first answer due at `due`, and a resolution an hour later."""
    return [
        Target(
            id=number,
            ticket_id=42,
            kind=kind,
            severity="sev_c",
            calendar="office",
            length=timedelta(hours=4),
            started_at=NOW,
            due_at=due + timedelta(hours=number),
        )
        for number, kind in enumerate(TargetKind)
    ]


def page(state: PageState = PageState.RINGING) -> Page:
    """A call about ticket 42."""
    heard = state is PageState.ACKNOWLEDGED
    return Page(
        id=3,
        ticket_id=42,
        state=state,
        started_at=NOW,
        acknowledged_by=JANE if heard else None,
        acknowledged_at=NOW if heard else None,
    )


def rings(*people: str) -> list[Ring]:
    """One call of each of these people."""
    return [
        Ring(id=n, page_id=3, turn=0, level="rota:primary", person=person, at=NOW)
        for n, person in enumerate(people)
    ]


def drawn(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The message as it is sent, which is as the SDK would send it; within Slack's limits."""
    sent = [as_sent(block) for block in blocks]
    assert sent == [block.to_dict() for block in blocks]
    assert check_message(sent) == []
    return sent


def opened(view: View) -> dict[str, Any]:
    """The view as it is sent, which is as the SDK would send it; within Slack's limits."""
    sent: dict[str, Any] = view.to_dict()
    assert sent == View.to_dict(view)
    assert check_view(sent) == []
    assert len(json.dumps(sent)) < 250_000
    return sent


def texts(sent: object) -> str:
    """Every literal word in it, mrkdwn and plain, one per line."""
    if isinstance(sent, Mapping):
        own = [str(sent["text"])] if isinstance(sent.get("text"), str) else []
        return "\n".join([*own, *(texts(part) for part in sent.values())])
    if isinstance(sent, list):
        return "\n".join(texts(part) for part in sent)
    return ""


def mrkdwn_of(sent: object) -> list[dict[str, Any]]:
    """Every mrkdwn text object in it."""
    if isinstance(sent, dict):
        own = [sent] if sent.get("type") == "mrkdwn" else []
        return own + [found for part in sent.values() for found in mrkdwn_of(part)]
    if isinstance(sent, list):
        return [found for part in sent for found in mrkdwn_of(part)]
    return []


def labels(sent: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the buttons say, and the options of the menus."""
    found = []
    for block in sent:
        for element in block.get("elements", ()):
            if element.get("type") == "button":
                found.append(element["text"]["text"])
            groups = element.get("option_groups", ())
            offered = [*element.get("options", ()), *(o for g in groups for o in g["options"])]
            found += [option["text"]["text"] for option in offered]
    return found


def filled(view: Mapping[str, Any], **typed: str) -> dict[str, Any]:
    """The view as Slack returns it: what the form offered, and what was typed into it."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            field, element = block["block_id"], block["element"]
            values[field] = {element["action_id"]: _held(element, typed.get(field))}
    return {**view, "id": "V1", "hash": "h1", "state": {"values": values}}


def _held(element: Mapping[str, Any], value: str | None) -> dict[str, Any]:
    held: dict[str, Any] = {"type": element["type"]}
    match element["type"]:
        case "static_select":
            options = {option["value"]: option for option in element["options"]}
            held["selected_option"] = options[value] if value else element.get("initial_option")
        case "users_select":
            held["selected_user"] = value or element.get("initial_user")
        case "datepicker":
            held["selected_date"] = value
        case _:
            held["value"] = value if value is not None else element.get("initial_value")
    return held
