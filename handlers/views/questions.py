"""A topic's own questions in a form, and the way back from what was filled in.

A block id names topic and question, so that Slack keeps no answer to another topic's question.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from slack_sdk.models.blocks import InputBlock
from slack_sdk.models.views import View

from handlers.routes import Action
from handlers.views.form import (
    Json,
    date_input,
    menu,
    number_input,
    person_input,
    typed,
    words_input,
)
from handlers.views.form_several import attached, chosen_values, files_input, several_input
from handlers.views.words import person
from store.rules.errors import InvalidFields
from store.rules.policy import Policy
from store.rules.policy_desk import Moment, Question, Topic
from store.rules.questions import Answers, asked, deciding


def inputs(topic: Topic, when: Moment, answers: Answers) -> list[InputBlock]:
    """Those that are asked with these answers."""
    tells = deciding(topic)
    return [
        _input(topic, question, tells=Action.TOPIC if question.key in tells else None)
        for question in asked(topic, when, answers)
    ]


def so_far(view: Json, topic: Topic) -> dict[str, list[str]]:
    """What has been answered, by the question's key."""
    answers = {question.key: _answer(view, topic, question) for question in topic.questions}
    return {key: told for key, told in answers.items() if told}


def read(view: Json, topic: Topic, when: Moment) -> dict[str, str]:
    """Question as asked → answer in words; unanswered ones are left out."""
    answers = so_far(view, topic)
    return {
        question.label: _worded(question, answers[question.key])
        for question in asked(topic, when, answers)
        if question.key in answers
    }


def files(view: Json, topic: Topic, when: Moment) -> list[Json]:
    """What was put into questions for files, as Slack describes it."""
    return [
        file
        for question in asked(topic, when, so_far(view, topic))
        if question.kind == "file"
        for file in attached(view, _field(topic, question))
    ]


def added(view: View, policy: Policy, topic: str) -> View:
    """The resolve form with what this topic wants to know by then, for agents only."""
    if topic in policy.topics:
        view.blocks = [*(view.blocks or ()), *inputs(policy.topics[topic], "resolving", {})]
    return view


def findings(view: Json, policy: Policy, topic: str) -> tuple[str, list[Json]]:
    """What the agent answered in it, line by line, and the files; empty when nothing was asked."""
    if topic not in policy.topics:
        return "", []
    told = read(view, policy.topics[topic], "resolving")
    lines = [f"{asked} {answer}" for asked, answer in told.items()]
    return "\n".join(lines), files(view, policy.topics[topic], "resolving")


def require_answers(view: Json, policy: Policy, topic: str) -> None:
    """InvalidFields where the resolve form lacks an answer: Slack asks for them only when a form is
    submitted.
    """
    known = policy.topics.get(topic)
    if known is None:
        return
    answers = so_far(view, known)
    lacking = {
        _field(known, question): f"It still needs an answer: {question.label}"
        for question in asked(known, "resolving", answers)
        if question.required and question.key not in answers
    }
    if lacking:
        raise InvalidFields(lacking)


def missing(view: Json, policy: Policy, topic: str, when: Moment) -> bool:
    """Whether the answers bring a question that the form does not show yet: somebody was faster
    than Slack.
    """
    known = policy.topics.get(topic)
    if known is None:
        return False
    shown = {block.get("block_id") for block in view["blocks"]}
    wanted = asked(known, when, so_far(view, known))
    return any(_field(known, question) not in shown for question in wanted)


def _input(topic: Topic, question: Question, *, tells: str | None) -> InputBlock:
    draw = _INPUTS[question.kind]
    if question.kind in _CHOSEN:
        draw = partial(draw, options=_options(question))
        if tells is not None:
            draw = partial(draw, tells=tells)
    return draw(
        field=_field(topic, question),
        label=question.label,
        optional=not question.required,
        hint=question.hint,
    )


_CHOSEN: Final = {"choice", "several", "yes_no"}

_INPUTS: Final[dict[str, Callable[..., InputBlock]]] = {
    "text": words_input,
    "long_text": partial(words_input, long=True),
    "choice": menu,
    "several": several_input,
    "yes_no": menu,
    "date": date_input,
    "number": number_input,
    "person": person_input,
    "file": files_input,
}


def _options(question: Question) -> list[tuple[str, str]]:
    """Value and label: a value holds 150 characters, so it is the option's place."""
    if question.kind == "yes_no":
        return [("Yes", "Yes"), ("No", "No")]
    return [(str(place), option) for place, option in enumerate(question.options)]


def _answer(view: Json, topic: Topic, question: Question) -> list[str]:
    """In words: an option's place becomes its text."""
    field = _field(topic, question)
    if question.kind == "file":
        return [str(file.get("name") or "unnamed") for file in attached(view, field)]
    if question.kind in _CHOSEN:
        told = dict(_options(question))
        return [told[value] for value in chosen_values(view, field) if value in told]
    value = typed(view, field)
    return [value] if value else []


def _worded(question: Question, answer: list[str]) -> str:
    """Several with commas between; a user id as a mention."""
    return person(answer[0]) if question.kind == "person" else ", ".join(answer)


def _field(topic: Topic, question: Question) -> str:
    return f"{topic.key}.{question.key}"
