"""People who open, claim, talk, note, escalate, reassign, reply, release and resolve.

They are as fast as the desk lets them, and repeat nothing: whoever gets no answer goes on, and
the checker knows that it may have happened or not.
"""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import count, repeat
from threading import Event
from typing import Final, NamedTuple

from sandbox import Sandbox, SeenMessage, SeenModal
from sandbox.people import Person
from tests.soak.answers import answered, pressed
from tests.soak.history import Attempt, History, Outcome
from tests.soak.world import Crew

CARD_SECONDS: Final = 60.0
LOOK_EVERY: Final = 0.5
"""Looking at every change of a busy workspace would cost more than what is looked for."""

SAYINGS: Final = 24
QUESTIONS: Final = 2
NOTES: Final = 1
"""How often in a round: there is more talk than there are changes."""

WORSE: Final = ("Sev-C", "Sev-B")
"""Two rounds escalate: never to what calls the same few people again and again."""

Fill = Callable[[SeenModal], object]
"""Fills in what a form asks for beside the word."""


def nothing_more(form: SeenModal) -> None:
    """The word is all."""


def mending(form: SeenModal) -> None:
    """What was done."""
    form.fill("What was done?", "Mended it")


def raising(severity: str) -> Fill:
    """To that severity, unless the form is that of an earlier ticket, which came late."""
    return lambda form: (
        form.choose("Severity", severity) if severity in form.options("Severity") else None
    )


def handing_to(agent: Person) -> Fill:
    """To that agent."""
    return lambda form: form.pick_person("Agent", agent.user.id)


class Opened(NamedTuple):
    """A ticket that was asked for; `since`: when, in seconds."""

    summary: str
    since: float


class Case(NamedTuple):
    """A ticket as both sides see it: the team's card, and the thread in which its requester is."""

    number: int
    card: SeenMessage
    thread: SeenMessage

    def card_of(self, agent: Person) -> SeenMessage:
        """As this agent has it on the screen; it may be drawn anew before they have pressed."""
        return SeenMessage(agent.hands, self.card.message).stale_copy()


class Lane:
    """One crew, working on one ticket after the other. Each goes through so many `rounds` of being
    claimed, handed on and released; the next one is opened before this one begins, so that nobody
    waits for a card.
    """

    def __init__(self, crew: Crew, slack: Sandbox, history: History, rounds: int) -> None:
        self._crew = crew
        self._history = history
        self._rounds = rounds
        self._clock = slack.clock
        self._asker = slack.person(crew.requester)
        self._agents = [slack.person(agent) for agent in crew.agents]
        self._words = (f"w{crew.number}-{number}" for number in count(1))
        self.done: Counter[str] = Counter()
        self.over = Event()

    def work(self) -> None:
        """Until it is over."""
        with ThreadPoolExecutor(len(self._agents)) as racing:
            ahead = self._opens()
            while not self.over.is_set():
                opened, ahead = ahead, self._opens()
                case = self._case(opened)
                if case is not None:
                    self._lives(case, racing)

    def _lives(self, case: Case, racing: ThreadPoolExecutor) -> None:
        for number in range(self._rounds):
            if self.over.is_set():
                return
            has, other = self._race(case, racing)
            self._talk(case)
            if number < len(WORSE):
                self._writes(has, case, "Escalate", "Reason", raising(WORSE[number]))
            self._writes(has, case, "Reassign", "Hand-off note", handing_to(other))
            self._writes(other, case, "Reply", "Reply")
            self._releases(other, case)
        self._writes(self._agents[0], case, "Resolve", "What was wrong?", mending)

    def _talk(self, case: Case) -> None:
        for number in range(SAYINGS):
            self._says("say", self._agents[number % 2], case.card)
        for _ in range(QUESTIONS):
            self._says("answer", self._asker, case.thread)
        for number in range(NOTES):
            self._writes(self._agents[number % 2], case, "Add note", "Note")

    def _opens(self) -> Opened:
        """What it is about, and since when one may look for it."""
        person, summary, since = self._asker, next(self._words), self._clock.now().timestamp()
        with self._attempt("open", person, word=summary) as attempt:
            person.types(f"/ticket {summary}")
            form = person.modal  # perhaps that of an earlier attempt, which came late
            if form is not None and "Topic" in form.labels and form.value("Summary") == summary:
                form.choose("Topic", self._crew.topic)
                attempt.outcome = answered(person, form)
        _close(person)
        return Opened(summary, since)

    def _race(self, case: Case, racing: ThreadPoolExecutor) -> tuple[Person, Person]:
        """Both have the free ticket before them and press at once; only one can be first. Who was,
        as far as they know, and the other.
        """
        for agent in self._agents:
            agent.types(f"/ticket {case.number}")
        first, second = self._agents
        _, won = racing.map(self._presses, self._agents, repeat(case.number), repeat("Claim"))
        return (second, first) if won else (first, second)

    def _releases(self, agent: Person, case: Case) -> None:
        agent.types(f"/ticket {case.number}")
        self._presses(agent, case.number, "Release")

    def _presses(self, agent: Person, number: int, button: str) -> bool:
        """In the ticket that is open before them, if it offers that. True: it worked."""
        outcome = Outcome.FAILED
        if (form := agent.modal) is not None and button in form.buttons:
            with self._attempt(button, agent, ticket=number) as attempt:
                outcome = attempt.outcome = pressed(agent, form, button)
        _close(agent)
        return outcome is Outcome.OK

    def _writes(
        self, agent: Person, case: Case, option: str, label: str, fill: Fill = nothing_more
    ) -> None:
        """Through the card, with a word under `label` and with what else is to be filled in."""
        card, word = case.card_of(agent), next(self._words)
        if option not in (*card.buttons, *card.options("More…")):
            return
        with self._attempt(option, agent, ticket=case.number, word=word) as attempt:
            if option in card.buttons:
                card.click(option)
            else:
                card.choose("More…", option)
            if (form := agent.modal) is not None and label in form.labels:
                form.fill(label, word)
                fill(form)
                attempt.outcome = answered(agent, form)
        _close(agent)

    def _says(self, what: str, person: Person, thread: SeenMessage) -> None:
        """A message is Slack's as soon as it is written: it delivers it again and again, and what
        the desk did not hear it reads later.
        """
        word = next(self._words)
        with self._attempt(what, person, word=word) as attempt:
            if person.says(word, thread=thread).was_heard:
                attempt.outcome = Outcome.OK

    def _attempt(
        self, what: str, who: Person, *, word: str = "", ticket: int | None = None
    ) -> AbstractContextManager[Attempt]:
        self.done[what] += 1
        process = f"{self._crew.number}/{who.user.id}"
        return self._history.attempt(process, what, who.user.id, ticket=ticket, word=word)

    def _case(self, opened: Opened) -> Case | None:
        """Once both sides have it before them; None if that takes too long."""
        first, channel = self._agents[0], self._crew.channel
        its_end, since = f"· {opened.summary}", opened.since
        card = self._seen(first, channel, since, lambda text: text.endswith(its_end))
        if card is None:
            return None
        number = int(card.text.partition("#")[2].split()[0])
        its_own = re.compile(rf"#{number}\b").search
        thread = self._seen(self._asker, "", since, lambda text: its_own(text) is not None)
        return None if thread is None else Case(number, card, thread)

    def _seen(
        self, person: Person, channel: str, since: float, is_it: Callable[[str], bool]
    ) -> SeenMessage | None:
        """The message of that time whose first line is the right one."""
        for _ in range(int(CARD_SECONDS / LOOK_EVERY)):
            for message in reversed(person.sees(channel)):
                if float(message.ts) < since:
                    break
                if is_it(message.text.partition("\n")[0]):
                    return message
            if self.over.wait(LOOK_EVERY):
                break
        return None


def _close(person: Person) -> None:
    if (left := person.modal) is not None:
        left.close_everything()
