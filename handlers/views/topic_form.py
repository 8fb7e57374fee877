"""The form for another topic."""

from dataclasses import dataclass
from typing import Final, Self

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.routes import Form
from handlers.views.form import Json, menu, ticket_form, typed, words_input
from store.models import Ticket
from store.rules.errors import Refused
from store.rules.policy import Policy
from store.rules.sentences import working as say

_WHAT_FOLLOWS: Final = (
    "If the topic asks for a worse severity, that is raised, and with it what we promise. The "
    "team stays: to hand it on, use Reassign."
)


@dataclass(frozen=True)
class TopicForm:
    """What it is about, and perhaps why that was not right before."""

    topic: str
    reason: str

    @staticmethod
    def draw(ticket: Ticket, policy: Policy) -> View:
        """Offers what the ticket may be about instead. Refused when that is nothing."""
        offered = [(topic.key, topic.name) for topic in policy.other_topics(ticket.topic)]
        if not offered:
            raise Refused(say.no_other_topic(ticket.id))
        blocks: list[Block] = [
            menu("topic", "Topic", offered, hint=_WHAT_FOLLOWS),
            words_input(
                "reason", "Reason", long=True, optional=True, hint="The requester never sees it."
            ),
        ]
        return ticket_form(Form.CHANGE_TOPIC, ticket, "Change topic", blocks, submit="Change")

    @classmethod
    def read(cls, view: Json) -> Self:
        """As it was filled in."""
        return cls(typed(view, "topic") or "", typed(view, "reason") or "")
