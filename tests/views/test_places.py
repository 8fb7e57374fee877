"""Home, pages, admins' messages, strays and typed answers."""

from datetime import timedelta

import pytest

from handlers.views import admin, answers, facts, page, resending, stray
from handlers.views.home import LOOKED_AT, ROWS, Work, home
from handlers.views.precedents import alike
from store.attention import Concern, Why
from store.models import PageState, Ticket
from store.precedents import Precedents
from store.resending import SentAgain
from store.rules.lifecycle import Status
from store.user_groups import GROUP_REFUSED
from tests.views import sample
from tests.views.sample import JANE, JOHN, NASTY, NOW, POLICY, drawn, labels, opened, texts, ticket


def _many(count: int) -> list[Ticket]:
    return [ticket(id=number, summary=NASTY[:150]) for number in range(1, count + 1)]


def test_an_agents_full_home_fits() -> None:
    work = Work(
        needed=[Concern(each, tuple(Why)) for each in _many(ROWS + 1)],
        mine=_many(LOOKED_AT),
        unassigned=_many(LOOKED_AT),
        still_open=0,
    )
    shown = opened(home(POLICY, opened=_many(50), past=_many(50), work=work, at=NOW))
    for title in (
        "Needs attention", "Assigned to me", "Unassigned", "My open tickets", "My past tickets",
    ):  # fmt: skip
        assert title in texts(shown)
    assert texts(shown).count("There are more") == 4
    assert "All that need attention" in labels(shown["blocks"])


def test_a_requesters_home_has_their_tickets_and_the_button_for_a_new_one() -> None:
    shown = opened(home(POLICY, opened=[ticket()], past=[], work=None, at=NOW))
    assert labels(shown["blocks"]) == ["New ticket", "Settings"]
    assert "Unassigned" not in texts(shown)
    assert "#42" in texts(shown)


def test_a_list_says_which_tickets_are_overdue() -> None:
    late = ticket(next_due_at=NOW - timedelta(minutes=1))
    shown = opened(home(POLICY, opened=[late], past=[], work=None, at=NOW))
    assert "overdue since" in texts(shown)


@pytest.mark.parametrize("state", PageState)
def test_a_page_has_its_button_only_while_it_rings(state: PageState) -> None:
    paged = ticket(severity="sev_a", summary=NASTY[:150], details=NASTY * 50)
    call = sample.page(state)
    shown = drawn(page.page_call(call, paged, POLICY, calls=sample.rings(JOHN)))
    assert ("Acknowledge" in labels(shown)) == (state is PageState.RINGING)
    assert "#42" in page.notification(call, paged, POLICY)


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("rota:primary", "Primary on call"),
        ("rota:gone", "gone"),
        ("lead", "The lead"),
        ("team:banking", "The team of Online Banking"),
        ("on-call channel", "On-call channel"),
    ],
)
def test_a_level_of_the_chain_is_called_as_people_call_it(written: str, called: str) -> None:
    assert facts.level_name(POLICY, written) == called


def test_a_page_that_finds_nobody_says_so() -> None:
    shown = texts(drawn(page.page_call(sample.page(), ticket(), POLICY, calls=[])))
    assert "Nobody is on call" in shown


@pytest.mark.parametrize(
    "code", ["channel_not_found", "not_in_channel", "is_archived", "nobody_on_call", "odd_<error>"]
)
@pytest.mark.parametrize("channel", ["C0HELPDESK2", JANE, None])
def test_an_admin_reads_what_to_do(code: str, channel: str | None) -> None:
    shown = texts(drawn(admin.problem(code, channel=channel, ticket=42)))
    assert "#42" in shown
    assert "<error>" not in shown


def test_what_slack_refused_can_be_sent_again_below_the_fix() -> None:
    shown = drawn(admin.problem("is_archived", channel="C0HELPDESK2", ticket=42, message=5))
    assert labels(shown) == ["Send them again"]
    value = shown[1]["elements"][0]["value"]
    assert resending.read(value) == ("is_archived", "C0HELPDESK2")
    for code in ("nobody_on_call", f"{GROUP_REFUSED}no_such_subteam"):
        message = 5 if code.startswith(GROUP_REFUSED) else None
        shown = drawn(admin.problem(code, channel="S0GROUP0001", ticket=None, message=message))
        assert labels(shown) == []

    def told(again: int, left: int, waiting: int) -> str:
        done = SentAgain(again, left, waiting)
        return texts(drawn([resending.outcome(done, by=JANE, at=NOW)])).strip()

    assert "*1 message* that Slack had refused" in told(1, 0, 1)
    assert told(100, 1234, 100).endswith("*1,234 messages* there must wait for the next press.")
    assert told(0, 0, 2).endswith("*2 messages* still wait.")
    assert told(0, 0, 0).endswith("all of it is in Slack.")


def test_a_stray_message_can_go_to_an_open_ticket_or_a_new_one() -> None:
    shown = drawn(stray.question(5, [ticket(Status.WAITING, summary=NASTY[:150]), ticket(id=43)]))
    values = [button["value"] for button in shown[1]["elements"]]
    assert values == ["5:42", "5:43", "5:0", "5:0"]
    assert labels(drawn(stray.question(5, []))) == ["Open a ticket", "Say more first"]
    drawn(stray.question(5, _many(60)))


def test_typed_answers_fit() -> None:
    drawn(answers.help_blocks(answers.HELP, answers.HELP_TIP))
    drawn(answers.help_blocks(answers.ON_CALL_HELP, answers.ON_CALL_TIP))
    own, work = _many(11), _many(11)
    drawn(answers.open_tickets(own, work, POLICY, limit=10, at=NOW))
    drawn(answers.open_tickets([], None, POLICY, limit=10, at=NOW))
    found = drawn(answers.found(NASTY, own, POLICY, limit=10, at=NOW, to_agent=True))
    assert "There are more" in texts(found)
    assert "None that you can see" in texts(
        drawn(answers.found("x", [], POLICY, limit=9, at=NOW, to_agent=True))
    )


def test_an_agent_reads_how_tickets_alike_ended_and_opens_them() -> None:
    ended = ticket(Status.RESOLVED, id=7, summary=NASTY[:150], fix="took the foil out")
    shown = drawn(alike(Precedents((ended, ticket(id=8, fix=None)))))
    assert "resolved: took the foil out" in texts(shown)
    assert texts(shown).count("Open") == 2
    assert alike(Precedents()) == []
