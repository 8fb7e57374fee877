"""While somebody writes a request, the form shows what there is about the same thing."""

from concurrent.futures import Future
from typing import Any

from sqlalchemy import URL

from sandbox import payloads
from sandbox.payloads import Used
from sandbox.people import Person as Somebody
from store import suggestions
from store.database import Store
from store.models import Person
from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, MONDAY_TEN, DeskInTest, modal_of
from tests.search.sample import open_tickets
from tests.stories.acts import begins, resolves

OWN = "U0P10000"
"""Whose ticket the first of the sample's is."""


def test_the_form_follows_what_is_typed_and_keeps_it(desk: DeskInTest) -> None:
    karen, ken = desk.karen, desk.ken
    jam = desk.opens(karen, "Printer on floor 3 jams", Details="Nobody may know my secret")
    vpn = desk.opens(ken, "VPN keeps disconnecting")
    form = begins(ken)
    assert "Is it one of these?" not in form.text
    form.fill("Details", "since Monday")
    form.fill("Summary", "printer")
    assert f"#{jam} · Printer on floor 3 jams\nnew, a colleague has it" in form.text
    assert "Karen" not in form.text
    form.fill("Summary", "printer secret")
    assert "secret" not in form.text.replace("printer secret", "")
    form.fill("Summary", "the vpn is disconnecting")
    assert f"#{vpn} · VPN keeps disconnecting\nnew, yours" in form.text
    assert f"#{jam}" not in form.text
    form.choose("Topic", "Printer")
    assert f"#{vpn}" in form.text
    form.choose("Have you tried restarting?", "Yes")
    form.fill("Summary", "Nothing like it")
    assert "Is it one of these?" not in form.text
    values = {label: form.value(label) for label in ("Summary", "Details", "Topic")}
    assert values == {"Summary": "Nothing like it", "Details": "since Monday", "Topic": "Printer"}
    assert form.value("Have you tried restarting?") == "Yes"
    assert form.submit().errors == {}
    assert ken.modal is None


def test_words_behind_the_command_are_looked_for_before_anything_is_typed(desk: DeskInTest) -> None:
    number = desk.opens(desk.karen, "Printer on floor 3 jams")
    resolves(desk, desk.john, number)
    assert f"#{number}" not in begins(desk.ken, "/ticket printer jams").text
    own = begins(desk.karen, "/ticket printer jams")
    assert f"#{number} · Printer on floor 3 jams\nresolved, yours" in own.text
    own.press("Open")
    assert "Not yet" in modal_of(desk.karen).buttons


def test_colleagues_tickets_are_shown_only_if_the_policy_has_it_and_never_to_guests(
    database: URL,
) -> None:
    open_tickets(database, [("Printer on floor 3 jams", "")])
    strict = DEMO_POLICY + "\n[before_sending]\ncolleagues_tickets = false\n"
    private = DEMO_POLICY.replace('"General inquiry"', '"General inquiry"\nprivate = true')
    seen = {}
    for policy in (DEMO_POLICY, strict, private):
        store = Store(database, load_policy(policy))
        with store.transaction() as session:
            session.merge(person("U0GUEST", is_guest=True))
            session.merge(person("U0KEN"))
        with store.snapshot() as session:
            for viewer in (OWN, "U0KEN", "U0GUEST", "U0JOHN00004", "U0JERRY0007"):
                found = suggestions.look_for(session, "printer jams", viewer=viewer)
                seen[policy, viewer] = len(found.tickets)
        store.close()
    assert [who for (policy, who), known in seen.items() if policy == DEMO_POLICY and known] == [
        OWN, "U0KEN", "U0JOHN00004", "U0JERRY0007",
    ]  # fmt: skip
    assert [who for (policy, who), known in seen.items() if policy == strict and known] == [OWN]
    assert [who for (policy, who), known in seen.items() if policy == private and known] == [
        OWN, "U0JOHN00004",
    ]  # fmt: skip


def person(user: str, *, is_guest: bool = False) -> Person:
    return Person(id=user, name=user, timezone="UTC", is_guest=is_guest, synced_at=MONDAY_TEN)


def typing(desk: DeskInTest, person: Somebody, words: str, at: float, hash_: str = "") -> Any:
    """What Slack sends while somebody types, at a moment and from a view of our choice."""
    view = modal_of(person).view
    block = next(block for block in view.blocks if block["block_id"] == "summary")
    state = {"summary": {"type": "plain_text_input", "value": words}}
    used = Used(block, block["element"], {"value": words})
    sent = payloads.view_actions(desk.sandbox, person.user, view, used)
    sent["view"] = {**sent["view"], "hash": hash_ or view.hash}
    sent["view"]["state"] = {"values": {**view.values, "summary": state}}
    sent["actions"][0]["action_ts"] = f"{at:.6f}"
    return desk.sandbox.delivery.send("interactive", "block_actions", "types", sent)


def test_late_typing_never_covers_newer_typing(desk: DeskInTest) -> None:
    desk.opens(desk.karen, "Printer on floor 3 jams")
    desk.opens(desk.karen, "VPN keeps disconnecting")
    form = begins(desk.ken)
    first = form.view.hash
    assert typing(desk, desk.ken, "printer", 10).result(5).ok
    assert "Printer on floor 3 jams" in form.text
    assert typing(desk, desk.ken, "vpn", 12, first).result(5).ok, "from the view of before"
    assert "VPN keeps" in form.text
    assert typing(desk, desk.ken, "printer", 11).result(5).ok, "it was late"
    assert "VPN keeps" in form.text
    assert "floor 3" not in form.text
    together: list[Future[Any]] = [
        typing(desk, desk.ken, "vpn" if n % 2 else "printer", 20 + n) for n in range(12)
    ]
    assert all(sent.result(5).ok for sent in together)
    assert ("VPN keeps" in form.text, "floor 3" in form.text) == (True, False)


def test_nothing_that_goes_wrong_gets_in_the_way_of_typing(desk: DeskInTest) -> None:
    desk.opens(desk.karen, "Printer on floor 3 jams")
    form, faults = begins(desk.ken), desk.sandbox.faults
    faults.refuse("views.update", "internal_error")
    assert form.fill("Summary", "printer").acked
    faults.rate_limit("views.update")
    assert form.fill("Summary", "printer jams").acked
    faults.refuse("views.update", "hash_conflict")
    assert form.fill("Summary", "the printer jams").acked
    assert "floor 3" not in form.text
    assert modal_of(desk.ken).view is form.view, "no other window opened"
    assert desk.ken.notices == []
    assert form.fill("Summary", "a printer jams").acked
    assert "floor 3" in form.text
    drawn = len(desk.sandbox.wire.of("views.update"))
    form.fill("Summary", "printer jams")
    assert len(desk.sandbox.wire.of("views.update")) == drawn, "it shows that already"
    late = typing(desk, desk.ken, "vpn", 10**11)
    form.cancel()
    assert late.result(5).ok
    assert desk.ken.modal is None
