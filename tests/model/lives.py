"""The machine that lives: what can happen to a desk, and what must be true after it."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from sandbox import SeenMessage
from sandbox.delivery import Envelope
from sandbox.people import Person
from store import audit
from store.models import Alarm, AlarmKind, AlarmState, Ticket
from tests.crash.ending import check_slack, everything, key_of
from tests.model import model
from tests.model.acting import DEEDS, KEYS, TAINT, Deed, Late, card_in, carried, does, newest
from tests.model.running import Running
from tests.soak.checker import check
from tests.soak.history import Done, Found

Desks = Callable[[], AbstractContextManager[Running]]
"""Each call is a new workspace with a desk that knows its people."""

AGENTS: Final = ("John", "Jane", "Jerry", "Lena")
REQUESTERS: Final = ("Karen", "Ken")
AFTER_THE_END: Final = {AlarmKind.QUIET_WARNING, AlarmKind.QUIET_CLOSE}
ONCE_A_ROUND: Final = {AlarmKind.REMINDER, AlarmKind.BREACH, AlarmKind.QUIET_CLOSE}
FAULTS: Final = ("hang_up_after", "hang_up_before", "answer", "answer_after", "rate_limit")
METHODS: Final = ("chat.postMessage", "chat.update", "conversations.history", "views.publish")
FEWEST_HOURS, MOST_HOURS = 0.1, 80.0
MOST_TICKETS: Final = 2
PATIENCE: Final = 5.0
"""Real seconds."""

MOSTLY: Final = st.sampled_from((True, True, True, False))
FACTS: Final = ("status", "assignee", "severity", "team")


class Lives(RuleBasedStateMachine):
    """Tickets by number in `tickets`; `shown` is how the cards were drawn last."""

    desks: ClassVar[Desks]

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.running = self._open.enter_context(type(self).desks())
        self.slack = self.running.slack
        self.tickets: dict[int, model.Ticket] = {}
        self.shown: dict[int, model.Ticket] = {}
        self.taken: list[Envelope] = []
        self.late: list[Late] = []

    def teardown(self) -> None:
        """Whatever happened, in the end every promise is kept."""
        try:
            self.deliver()
        finally:
            self._open.close()

    # What people do

    @initialize()
    def somebody_needs_help(self) -> None:
        self.opens("Karen")
        self.deliver()

    @rule(name=st.sampled_from(REQUESTERS))
    def opens(self, name: str) -> None:
        """Through the form."""
        if len(self.tickets) == MOST_TICKETS:
            return
        person = self.slack.person(name)
        person.types("/ticket Printer on fire")
        if person.modal is None:
            return  # Slack misbehaved
        assert person.modal.submit().ok
        self.tickets[len(self.tickets) + 1] = model.opened() | {"requester": person.user.id}
        self._took()

    @rule(deed=st.sampled_from(DEEDS), agent=st.sampled_from(AGENTS), data=st.data(), waits=MOSTLY)
    def an_agent_does(self, deed: Deed, agent: str, data: st.DataObject, waits: bool) -> None:  # noqa: FBT001 - drawn
        """From a card that may be old: then the desk may also say what happened since."""
        if waits:
            self.deliver()
        number = data.draw(st.sampled_from(sorted(self.tickets)))
        what = data.draw(st.sampled_from(deed.choices))
        card = self._card(agent, number)
        person = self.slack.person(agent)
        if card is None or not does(deed, person, card, what):
            return
        if deed.change is model.ask:
            self.time_passes(FEWEST_HOURS)  # it can be taken back for a moment
        who = person.user.id
        chosen = KEYS.get(what) or (self.slack.person(what).user.id if what else "")
        old = self.shown.get(number) != self.tickets[number]
        self._changes(number, deed.change(self.tickets[number], who, chosen), or_nothing=old)

    @rule(data=st.data(), thanks=st.booleans(), waits=MOSTLY)
    def the_requester_writes(self, data: st.DataObject, thanks: bool, waits: bool) -> None:  # noqa: FBT001 - drawn
        """In the ticket's thread; by itself that reopens nothing."""
        if waits:
            self.deliver()
        number = data.draw(st.sampled_from(sorted(self.tickets)))
        if self._says(number, thanks=thanks):
            self._heard(number, thanks=thanks)

    @rule(data=st.data(), thanks=st.booleans())
    def what_the_requester_writes_is_late(self, data: st.DataObject, thanks: bool) -> None:  # noqa: FBT001 - drawn
        """It is in Slack, but what others do next reaches the desk before it."""
        number = data.draw(st.sampled_from(sorted(self.tickets)))
        self.running.line.keeps = True
        if self._says(number, thanks=thanks):
            self.late.append(Late(number, thanks, self.running.line.carried[-1]))
        self.running.line.keeps = False

    @rule(data=st.data())
    def something_late_arrives(self, data: st.DataObject) -> None:
        """Not in the order in which it was written either."""
        if self.late:
            late = self.late.pop(data.draw(st.integers(0, len(self.late) - 1)))
            self.running.line.hand_over(late.envelope)
            self._heard(late.number, thanks=late.thanks, envelope=late.envelope)

    @rule(data=st.data(), label=st.sampled_from(["Yes, it's fixed", "Not yet", "It came back"]))
    def the_requester_judges(self, data: st.DataObject, label: str) -> None:
        """With the newest button that says so, which may be from another time."""
        number = data.draw(st.sampled_from(sorted(self.tickets)))
        root = self._root(number)
        asked = [m for m in root.thread if label in m.buttons] if root else []
        if not asked:
            return
        person, ticket = self._requester(number), self.tickets[number]
        asked[-1].click(label)
        if label == "Yes, it's fixed":
            self._changes(number, model.confirm(ticket, "", ""), or_nothing=True)
        elif (modal := person.modal) is not None:
            modal.fill("What still goes wrong?", "it smokes")
            modal.submit()
            while person.modal is not None:
                person.modal.cancel()
            self._changes(number, model.reopen(ticket, "", ""), or_nothing=True)

    # What happens besides

    @rule(hours=st.floats(FEWEST_HOURS, MOST_HOURS))
    def time_passes(self, hours: float) -> None:
        """All at once, as after an outage: whatever was due is due now."""
        self.slack.clock.skip(timedelta(hours=hours))
        self.running.tick()
        self._let_the_model_age()

    @rule()
    def deliver(self) -> None:
        """Until nothing waits; then Slack shows what is."""
        self.running.work()
        self._let_the_model_age()
        with self.running.store.snapshot() as session:
            check_slack(session, self.slack)
        self.shown = dict(self.tickets)
        for message in everything(self.slack):
            if self.slack.workspace.channels[message.channel].partner in self._requesters():
                assert TAINT not in f"{message.text} {message.blocks}", "a requester could read it"

    @rule()
    def kill(self) -> None:
        """Between two steps."""
        self.running.kill()

    @rule(place=st.integers(1, 60))
    def kill_while_sending(self, place: int) -> None:
        """In the middle of whatever it does next."""
        self.running.die_while_sending(place)
        self._let_the_model_age()

    @rule(kind=st.sampled_from(FAULTS), method=st.sampled_from(METHODS))
    def slack_will_misbehave(self, kind: str, method: str) -> None:
        """Once, at some later call; a page that nobody can look for again and again is repeated."""
        if "history" not in method or method not in {f.method for f in self.slack.faults.active}:
            getattr(self.slack.faults, kind)(method)

    @rule(data=st.data())
    def slack_delivers_again(self, data: st.DataObject) -> None:
        """Something that was taken before: nothing happens."""
        if self.taken:
            before, again = self._saved(), data.draw(st.integers(0, len(self.taken) - 1))
            self.running.line.hand_over(self.taken[again])
            assert self._saved() == before

    @rule(kind=st.sampled_from(["view_submission", "message"]))
    def slack_will_deliver_twice_at_once(self, kind: str) -> None:
        """The next form or message arrives on two lines at the same time."""
        self.slack.faults.duplicate(kind)

    # What must be true

    @invariant()
    def tickets_are_what_the_model_says(self) -> None:
        with self.running.store.snapshot() as session:
            for ticket in session.scalars(select(Ticket)):
                wanted = self.tickets[ticket.id]
                for fact in FACTS:
                    assert getattr(ticket, fact) == wanted[fact], (ticket.id, fact)

    @invariant()
    def histories_tell_the_same(self) -> None:
        with self.running.store.snapshot() as session:
            tickets = list(session.scalars(select(Ticket)))
            found = Found(
                events=[
                    Done(e.ticket_id, e.seq, e.kind, e.actor, e.changes)
                    for ticket in tickets
                    for e in audit.history(session, ticket.id)
                ],
                tickets={t.id: {fact: getattr(t, fact) for fact in FACTS} for t in tickets},
            )
        assert check([], found) == []

    @invariant()
    def no_alarm_rings_twice_or_after_the_end(self) -> None:
        with self.running.store.snapshot() as session:
            alarms = list(session.scalars(select(Alarm).where(Alarm.kind != AlarmKind.SEND_REPLY)))
        for alarm in alarms:
            status = self.tickets[alarm.ticket_id]["status"]
            if alarm.state == AlarmState.ARMED:
                assert status in model.OPEN or alarm.kind in AFTER_THE_END, (status, alarm.kind)
                assert status != model.CLOSED, alarm.kind
        rung = Counter(
            (alarm.ticket_id, alarm.kind, alarm.subject, alarm.due_at)
            for alarm in alarms
            if alarm.state == AlarmState.RUNG and alarm.kind in ONCE_A_ROUND
        )
        assert all(count == 1 for count in rung.values()), rung

    @invariant()
    def nothing_is_in_slack_twice(self) -> None:
        keys = Counter(key for message in everything(self.slack) if (key := key_of(message)))
        assert all(count == 1 for count in keys.values())

    # Inside

    def _says(self, number: int, *, thanks: bool) -> bool:
        if (root := self._root(number)) is not None:
            words = "thank you!" if thanks else "it is still on fire"
            self._requester(number).says(words, thread=root)
        return root is not None

    def _heard(self, number: int, *, thanks: bool, envelope: Envelope | None = None) -> None:
        ticket, at = self.tickets[number], self.slack.clock.now()
        over = ticket["status"] not in model.OPEN
        wanted = ticket if thanks and over else model.write(ticket, at)
        self._changes(number, wanted, envelope=envelope)

    def _changes(
        self,
        number: int,
        wanted: model.Ticket | None,
        *,
        or_nothing: bool = False,
        envelope: Envelope | None = None,
    ) -> None:
        """The desk did what the model says, or (where it may) refused and changed nothing."""
        before = self.tickets[number]
        after = wanted or before
        if or_nothing and self._now(number) == self._facts(before):
            after = before
        elif not self._comes_true(number, after):
            raise AssertionError(self._now(number), self._facts(after), carried(self.slack))
        else:
            self._took(envelope)
        if after["status"] != before["status"]:
            resolved = after["status"] == model.RESOLVED
            due = self.slack.clock.now() + model.WARNED_AFTER if resolved else None
            after = {**after, "due": due, "warned": False}
        self.tickets[number] = after

    def _took(self, envelope: Envelope | None = None) -> None:
        """What the desk has acted upon may come again; a click that only opened a form may not."""
        envelope = envelope or self.running.line.carried[-1]
        if envelope.kind in {"view_submission", "message"}:
            self.taken.append(envelope)

    def _let_the_model_age(self) -> None:
        now = self.slack.clock.now()
        self.tickets = {n: model.time_passed(t, now) for n, t in self.tickets.items()}

    def _comes_true(self, number: int, wanted: model.Ticket) -> bool:
        """On a busy machine the desk answers in time and finishes its work a moment later."""
        return self.slack.workspace.wait_for(
            lambda: self._now(number) == self._facts(wanted), PATIENCE
        )

    def _now(self, number: int) -> dict[str, Any]:
        with self.running.store.snapshot() as session:
            ticket = session.get_one(Ticket, number)
            return {fact: getattr(ticket, fact) for fact in FACTS}

    def _facts(self, ticket: model.Ticket) -> dict[str, Any]:
        return {fact: ticket[fact] for fact in FACTS}

    def _saved(self) -> list[tuple[int, int, int]]:
        with self.running.store.snapshot() as session:
            rows = session.execute(select(Ticket.id, Ticket.version, Ticket.last_seq))
            return sorted((number, version, seq) for number, version, seq in rows)

    def _card(self, agent: str, number: int) -> SeenMessage | None:
        return card_in(self.slack.person(agent), "#help-desk", number)

    def _root(self, number: int) -> SeenMessage | None:
        return newest(self._requester(number), "", number)

    def _requester(self, number: int) -> Person:
        return self.slack.person(self.tickets[number]["requester"])

    def _requesters(self) -> set[str]:
        return {ticket["requester"] for ticket in self.tickets.values()}
