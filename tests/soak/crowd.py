"""People who open, claim, note, answer and resolve as fast as the desk lets them.

They repeat nothing: whoever gets no answer goes on, and the checker knows that it may have
happened or not.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import count, repeat
from threading import Event
from typing import Final

from sandbox import Sandbox, SeenMessage, SeenModal
from sandbox.people import Person
from tests.soak.history import Attempt, History, Outcome
from tests.soak.world import Crew

CARD_SECONDS: Final = 30.0
NOTES: Final = 3


class Lane:
    """One crew, working on one ticket after the other."""

    def __init__(self, crew: Crew, slack: Sandbox, history: History) -> None:
        self._crew = crew
        self._history = history
        self._slack = slack
        self._asker = slack.person(crew.requester)
        self._agents = [slack.person(agent) for agent in crew.agents]
        self._words = (f"w{crew.number}-{number}" for number in count(1))
        self.done: Counter[str] = Counter()
        self.over = Event()

    def work(self) -> None:
        """Until it is over."""
        while not self.over.is_set():
            summary = next(self._words)
            self._opens(summary)
            if self._card(self._agents[0], summary) is None:
                continue
            with ThreadPoolExecutor(2) as racing:
                list(racing.map(self._claims, self._agents, repeat(summary)))
            for number in range(NOTES):
                self._writes(self._agents[number % 2], summary, "Add note", "Note")
            self._writes(self._agents[0], summary, "Reply", "Reply")
            self._says(summary)
            self._resolves(summary)

    def _opens(self, summary: str) -> None:
        person = self._asker
        with self._attempt("open", person, word=summary) as attempt:
            person.types(f"/ticket {summary}")
            if (modal := person.modal) is not None:
                modal.choose("Topic", self._crew.topic)
                self._sends(person, modal, attempt)

    def _claims(self, agent: Person, summary: str) -> None:
        """Both press at once; one reads that the other was faster."""
        card = self._card(agent, summary)
        if card is None or "Claim" not in card.buttons:
            return
        number = int(card.text.partition("#")[2].split()[0])
        before = len(self._told(agent))
        with self._attempt("claim", agent, ticket=number) as attempt:
            if card.click("Claim").acked and len(self._told(agent)) == before:
                attempt.outcome = Outcome.OK

    def _writes(self, agent: Person, summary: str, option: str, label: str) -> None:
        card = self._card(agent, summary)
        if card is None or option not in (*card.buttons, *card.options("More…")):
            return
        word = next(self._words)
        with self._attempt(option, agent, word=word) as attempt:
            if option in card.buttons:
                card.click(option)
            else:
                card.choose("More…", option)
            if (modal := agent.modal) is not None:
                modal.fill(label, word)
                self._sends(agent, modal, attempt)

    def _says(self, summary: str) -> None:
        """A message in the thread: Slack delivers it again, nobody sees whether it was taken."""
        card, word = self._card(self._agents[0], summary), next(self._words)
        if card is not None:
            with self._attempt("say", self._agents[0], word=word):
                self._agents[0].says(word, thread=card)

    def _resolves(self, summary: str) -> None:
        agent, word = self._agents[1], next(self._words)
        card = self._card(agent, summary)
        if card is None or "Resolve" not in card.buttons:
            return
        with self._attempt("resolve", agent, word=word) as attempt:
            card.click("Resolve")
            if (modal := agent.modal) is not None:
                modal.fill("What was wrong?", word)
                modal.fill("What was done?", "Mended it")
                self._sends(agent, modal, attempt)

    def _attempt(
        self, what: str, who: Person, *, word: str = "", ticket: int | None = None
    ) -> AbstractContextManager[Attempt]:
        self.done[what] += 1
        process = f"{self._crew.number}/{who.user.id}"
        return self._history.attempt(process, what, who.user.id, ticket=ticket, word=word)

    def _sends(self, person: Person, form: SeenModal, attempt: Attempt) -> None:
        """Done when the form is gone; otherwise it says why, and may have been saved or not."""
        on_top = person.modal
        if on_top is not None and on_top.view is form.view:
            sent = form.submit()
            if sent.acked and not (form.is_open and form.submit_label):
                attempt.outcome = Outcome.OK
        if (left := person.modal) is not None:
            left.close_everything()

    def _card(self, agent: Person, summary: str) -> SeenMessage | None:
        found: list[SeenMessage] = []

        def look() -> bool:
            here = agent.sees(self._crew.channel)
            found[:] = [m for m in here if m.text.splitlines()[0].endswith(f"· {summary}")]
            return bool(found) or self.over.is_set()

        self._slack.workspace.wait_for(look, CARD_SECONDS)
        return found[0] if found else None

    def _told(self, agent: Person) -> list[SeenMessage]:
        return [message for message in agent.sees(self._crew.channel) if message.is_ephemeral]
