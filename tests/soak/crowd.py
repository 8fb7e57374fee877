"""People who open, claim, note, ask, answer, release and resolve as fast as the desk lets them.

They repeat nothing: whoever gets no answer goes on, and the checker knows that it may have
happened or not.
"""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import count, repeat
from threading import Event
from typing import Final, NamedTuple

from sandbox import Sandbox, SeenMessage
from sandbox.people import Person
from tests.soak.answers import answered, pressed
from tests.soak.history import Attempt, History, Outcome
from tests.soak.world import Crew

CARD_SECONDS: Final = 30.0
LOOK_EVERY: Final = 0.2
"""Looking at every change of a busy workspace would cost more than what is looked for."""

SAYINGS: Final = 6
QUESTIONS: Final = 2
NOTES: Final = 2
"""How often in a round: there is more talk than there are changes."""


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
    claimed and released, because Slack takes one change of a card a second from the whole desk.
    """

    def __init__(self, crew: Crew, slack: Sandbox, history: History, rounds: int) -> None:
        self._crew = crew
        self._history = history
        self._rounds = rounds
        self._asker = slack.person(crew.requester)
        self._agents = [slack.person(agent) for agent in crew.agents]
        self._words = (f"w{crew.number}-{number}" for number in count(1))
        self.done: Counter[str] = Counter()
        self.over = Event()

    def work(self) -> None:
        """Until it is over."""
        with ThreadPoolExecutor(len(self._agents)) as racing:
            while not self.over.is_set():
                summary = next(self._words)
                self._opens(summary)
                case = self._case(summary)
                if case is not None:
                    self._lives(case, racing)

    def _lives(self, case: Case, racing: ThreadPoolExecutor) -> None:
        first, second = self._agents
        for _ in range(self._rounds):
            if self.over.is_set():
                return
            self._race(case, racing)
            self._talk(case)
            self._releases(first, case)
        self._writes(first, case, "Reply", "Reply")
        self._resolves(second, case)

    def _talk(self, case: Case) -> None:
        for number in range(SAYINGS):
            self._says("say", self._agents[number % 2], case.card)
        for _ in range(QUESTIONS):
            self._says("answer", self._asker, case.thread)
        for number in range(NOTES):
            self._writes(self._agents[number % 2], case, "Add note", "Note")

    def _opens(self, summary: str) -> None:
        person = self._asker
        with self._attempt("open", person, word=summary) as attempt:
            person.types(f"/ticket {summary}")
            form = person.modal  # perhaps that of an earlier attempt, which came late
            if form is not None and "Topic" in form.labels and form.value("Summary") == summary:
                form.choose("Topic", self._crew.topic)
                attempt.outcome = answered(person, form)
        _close(person)

    def _race(self, case: Case, racing: ThreadPoolExecutor) -> None:
        """Both have the free ticket before them and press at once; only one can be first."""
        for agent in self._agents:
            agent.types(f"/ticket {case.number}")
        list(racing.map(self._presses, self._agents, repeat(case.number), repeat("Claim")))

    def _releases(self, agent: Person, case: Case) -> None:
        agent.types(f"/ticket {case.number}")
        self._presses(agent, case.number, "Release")

    def _presses(self, agent: Person, number: int, button: str) -> None:
        """In the ticket that is open before them, if it offers that."""
        if (form := agent.modal) is not None and button in form.buttons:
            with self._attempt(button, agent, ticket=number) as attempt:
                attempt.outcome = pressed(agent, form, button)
        _close(agent)

    def _writes(self, agent: Person, case: Case, option: str, label: str) -> None:
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

    def _resolves(self, agent: Person, case: Case) -> None:
        card, word = case.card_of(agent), next(self._words)
        if "Resolve" not in card.buttons:
            return
        with self._attempt("resolve", agent, ticket=case.number, word=word) as attempt:
            card.click("Resolve")
            if (form := agent.modal) is not None and "What was wrong?" in form.labels:
                form.fill("What was wrong?", word)
                form.fill("What was done?", "Mended it")
                attempt.outcome = answered(agent, form)
        _close(agent)

    def _attempt(
        self, what: str, who: Person, *, word: str = "", ticket: int | None = None
    ) -> AbstractContextManager[Attempt]:
        self.done[what] += 1
        process = f"{self._crew.number}/{who.user.id}"
        return self._history.attempt(process, what, who.user.id, ticket=ticket, word=word)

    def _case(self, summary: str) -> Case | None:
        """Once both sides have it before them; None if that takes too long."""
        first, channel = self._agents[0], self._crew.channel
        card = self._seen(first, channel, lambda text: text.endswith(f"· {summary}"))
        if card is None:
            return None
        number = int(card.text.partition("#")[2].split()[0])
        its_own = re.compile(rf"#{number}\b").search
        thread = self._seen(self._asker, "", lambda text: its_own(text) is not None)
        return None if thread is None else Case(number, card, thread)

    def _seen(
        self, person: Person, channel: str, is_it: Callable[[str], bool]
    ) -> SeenMessage | None:
        """The message whose first line is the right one."""
        for _ in range(int(CARD_SECONDS / LOOK_EVERY)):
            for message in reversed(person.sees(channel)):
                if is_it(message.text.partition("\n")[0]):
                    return message
            if self.over.wait(LOOK_EVERY):
                break
        return None


def _close(person: Person) -> None:
    if (left := person.modal) is not None:
        left.close_everything()
