"""Which of a topic's questions are asked, given the answers so far."""

from collections.abc import Mapping, Sequence

from store.rules.policy_desk import Moment, Question, Topic

Answers = Mapping[str, Sequence[str]]
"""A question's key → what was chosen or written, in words; unanswered ones are left out."""


def asked(topic: Topic, when: Moment, answers: Answers) -> list[Question]:
    """In order. One that hangs on an answer is asked only with that answer, and only while the
    question before it is asked itself.
    """
    shown: list[Question] = []
    for question in topic.questions:
        keys = {each.key for each in shown}
        if question.ask == when and all(
            key in keys and set(answers.get(key, ())) & set(wanted)
            for key, wanted in question.only_if.items()
        ):
            shown.append(question)
    return shown


def deciding(topic: Topic) -> set[str]:
    """Keys of questions on whose answers others hang."""
    return {key for question in topic.questions for key in question.only_if}
