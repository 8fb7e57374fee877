"""The form behind `/ticket`: what is wrong, how badly, and whom we reach how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, Self

from slack_sdk.models.blocks import Block, ContextBlock, InputBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views import questions
from handlers.views.form import (
    LONGEST,
    Json,
    menu,
    metadata,
    modal,
    person_input,
    typed,
    words_input,
)
from handlers.views.form_several import FILES, attached, files_input
from handlers.views.intake_door import Door, comes_from, who_asks, who_gets_it
from handlers.views.suggestions import fingerprint, suggested
from handlers.views.words import cut, escape, md, parts
from store.rules.policy import Policy
from store.rules.questions import Answers
from store.suggestions import NONE, Suggestions

SUMMARY: Final = 150
DETAIL_FIELDS: Final = 4
"""An input holds 3000 characters; longer text arrives in up to four, so that nothing is lost."""


@dataclass(frozen=True)
class Draft:
    """What the form starts with, and where it was opened from."""

    summary: str = ""
    details: tuple[str, ...] = ("",)
    urgency: str | None = None
    contact: str | None = None
    affected: str | None = None
    door: Door = field(default_factory=Door)

    @classmethod
    def from_words(cls, text: str, **rest: Any) -> Self:
        """Short text is a summary; of longer text the whole becomes the details, too."""
        line = " ".join(text.split())
        if len(line) <= SUMMARY:
            return cls(summary=line, **rest)
        fields = parts(text, LONGEST)[:DETAIL_FIELDS]
        return cls(summary=cut(line, SUMMARY), details=tuple(fields), **rest)

    @classmethod
    def from_message(cls, text: str, door: Door) -> Self:
        """Somebody's message: complete in the details, whatever fits into the summary."""
        fields = parts(text, LONGEST)[:DETAIL_FIELDS] or [""]
        return replace(cls.from_words(text, door=door), details=tuple(fields))

    @classmethod
    def from_view(cls, view: Json) -> Self:
        """What has been typed so far."""
        return cls(
            summary=typed(view, "summary") or "",
            details=_typed_details(view),
            urgency=typed(view, "urgency") or metadata(view).get("urgency"),
            contact=typed(view, "contact"),
            affected=typed(view, "affected"),
            door=Door.from_view(view),
        )


@dataclass(frozen=True)
class IntakeForm:
    """A request as it was filled in."""

    topic: str
    summary: str
    details: str
    severity: str | None
    affected: str | None
    contact: str | None
    answers: Mapping[str, str]
    door: Door
    files: tuple[Json, ...]
    """As Slack describes them."""

    @staticmethod
    def draw(
        policy: Policy,
        draft: Draft,
        *,
        topic: str | None = None,
        found: Suggestions = NONE,
        answers: Answers = MappingProxyType({}),
    ) -> View:
        """The empty form, or the same form for another topic: its own questions appear, and with
        `answers` those that hang on them.
        """
        chosen = topic if topic in policy.topics else policy.default_topic
        asked = questions.inputs(policy.topics[chosen], "opening", answers)
        blocks: list[Block] = [
            *comes_from(draft.door),
            *who_asks(draft.door),
            menu(
                "topic",
                "Topic",
                [(key, known.name) for key, known in policy.topics.items()],
                initial=chosen,
                tells=Action.TOPIC,
            ),
            words_input(
                "summary", "Summary", initial=cut(draft.summary, SUMMARY), limit=SUMMARY,
                placeholder="What is wrong, in a few words", tells=Action.SUMMARY,
            ),
            *suggested(found),
            *_details(draft.details),
            _urgency(policy, chosen, draft.urgency),
            *asked,
            files_input(FILES, "Files", optional=True, hint=_FILES_HINT),
            *_reach(draft),
            *who_gets_it(draft.door),
        ]  # fmt: skip
        kept = {
            "door": draft.door.kept(),
            "topic": chosen,
            "asked": [block.block_id for block in asked],
            "suggested": fingerprint(found),
            "urgency": draft.urgency,
        }
        return modal("New ticket", blocks, form=Form.INTAKE, submit="Send", kept=kept)

    @classmethod
    def redraw(cls, view: Json, policy: Policy, found: Suggestions = NONE) -> View:
        """The form after another topic was picked or more was typed, with all that was typed."""
        draft, topic = Draft.from_view(view), typed(view, "topic") or ""
        known = policy.topics.get(topic)
        answers = questions.so_far(view, known) if known else {}
        return cls.draw(policy, draft, topic=topic, found=found, answers=answers)

    @staticmethod
    def is_complete(view: Json, policy: Policy) -> bool:
        """Whether it shows every question that belongs to its topic and answers."""
        topic = typed(view, "topic") or policy.default_topic
        asks = topic in policy.topics and policy.asks_urgency(topic)
        is_asked = typed(view, "urgency") is not None or not asks
        return is_asked and not questions.missing(view, policy, topic, "opening")

    @classmethod
    def read(cls, view: Json, policy: Policy) -> Self:
        """What was filled in. Rules about it are the store's."""
        topic, draft = typed(view, "topic") or policy.default_topic, Draft.from_view(view)
        known = policy.topics.get(topic)
        asked_for = questions.files(view, known, "opening") if known else ()
        urgency = typed(view, "urgency")
        return cls(
            topic=topic,
            summary=draft.summary,
            details="".join(draft.details),
            severity=urgency if urgency in policy.severities else None,
            affected=draft.affected or draft.door.affected,
            contact=draft.contact,
            door=draft.door,
            answers=questions.read(view, known, "opening") if known else {},
            files=(*attached(view, FILES), *asked_for),
        )


def _details(texts: Sequence[str]) -> list[InputBlock]:
    """One field, or as many as the text needs."""
    return [
        words_input(
            _detail(number),
            f"Details, part {number + 1}" if number else "Details",
            long=True,
            optional=True,
            initial=text,
            hint=None if number else _HINT,
        )
        for number, text in enumerate(texts)
    ]


def _typed_details(view: Json) -> tuple[str, ...]:
    """Field by field: their number must not change while the form is open."""
    fields = view.get("state", {}).get("values", {})
    shown = [_detail(n) for n in range(DETAIL_FIELDS) if n == 0 or _detail(n) in fields]
    return tuple(typed(view, field) or "" for field in shown)


_FILES_HINT: Final = "A screenshot says more than many words. 10 MB each at most."
_HINT: Final = "What happened, since when, and what you have tried. Messages you saw help a lot."


def _detail(number: int) -> str:
    return "details" if number == 0 else f"details-{number}"


def _urgency(policy: Policy, topic: str, chosen: str | None) -> Block:
    """How bad it is, in the requester's words; the default severity always has some. Of a topic
    that is worse than all of them only what it is.
    """
    if not policy.asks_urgency(topic):
        always = policy.severity_at_intake(topic, None)
        told = f"How urgent it is: *{escape(always.urgency or always.name)}*"
        return ContextBlock(elements=[md(told)])
    offered = [(severity.key, severity.urgency or "") for severity in policy.offered_severities()]
    initial = chosen or policy.default_severity
    return menu("urgency", "How urgent is it?", offered, initial=initial)


def _reach(draft: Draft) -> list[InputBlock]:
    return [
        words_input(
            "contact", "Best way to reach me", optional=True, limit=200, initial=draft.contact,
            placeholder="Here in Slack, unless you say otherwise",
        ),
        person_input(
            "affected", "On behalf of someone else", optional=True, initial=draft.affected,
            hint="They hear what happens as well, and may answer for you.",
        ),
    ]  # fmt: skip
