"""What the desk says to agents in direct messages: about which ticket, and a way in."""

import pytest

from handlers.views.agent import heading, told
from handlers.views.words import spoken
from store.kinds import Tell
from store.rules.lifecycle import Status
from tests.views.sample import POLICY, drawn, labels, ticket


@pytest.mark.parametrize("what", Tell)
def test_every_direct_message_to_an_agent_names_its_ticket_and_opens_it(what: Tell) -> None:
    about = ticket(Status.ON_HOLD, waits_for="Acme")
    assert "#42" in spoken(heading(what, about, POLICY))
    assert "Open ticket" in labels(drawn(told(what, about, POLICY)))
