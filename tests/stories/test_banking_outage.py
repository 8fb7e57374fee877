"""An outage from the first report to closing: through first line, on call and the specialists."""

from tests.desk import DeskInTest, modal_of


def test_a_banking_outage_is_paged_escalated_resolved_confirmed_and_closed(
    desk: DeskInTest,
) -> None:
    karen, john, jerry, omar = desk.karen, desk.john, desk.jerry, desk.omar

    number = desk.opens(
        karen,
        "Entire mobile/online banking system is down",
        Topic="Report a problem",
        Details="Customers get an error page since 9:45.",
    )
    received = karen.find("", f"#{number}")
    assert "today 2:00 PM" in received.text  # first answer: 4 working hours from 10:00
    assert "Wednesday, November 18th 10:00 AM" in received.text  # 18 working hours on 9-hour days

    card = desk.card(john, number)
    assert "New" in card.text
    assert "Sev-C" in card.text
    assert card.buttons == ["Claim", "Reply", "Resolve", "Reassign", "Escalate"]
    card.click("Claim")
    desk.settle()
    assert "With @John Placeholder" in desk.card(john, number).text
    assert "@John Placeholder works on your ticket" in received.thread[-1].text

    desk.card(john, number).choose("More…", "Change severity")
    form = modal_of(john)
    form.choose("Severity", "Sev-A")
    form.fill("Reason", "All customers are affected")
    assert not form.submit().errors
    desk.settle()
    assert "Sev-A" in desk.card(john, number).text
    assert "Solution by today 11:00 AM" in received.thread[-1].text

    page = omar.find("", f"#{number}")
    assert "Calling @Omar" in page.text
    assert "Calling @Omar" in omar.find("#on-call", f"#{number}").text
    page.click("Acknowledge")
    desk.settle()
    assert "Acknowledged by @Omar" in page.text
    assert "Acknowledge" not in page.buttons
    assert "Acknowledged by" in omar.find("#on-call", f"#{number}").text
    reached = f"@Omar Standin has been reached about your ticket #{number}, and is on it."
    assert reached in received.thread[-1].text

    desk.card(john, number).click("Escalate")
    form = modal_of(john)
    form.choose("Team", "Online Banking")
    form.fill("Reason", "Load balancer errors since the update. Please roll back.")
    assert not form.submit().errors
    desk.settle()
    assert "Online Banking" in desk.card(john, number, "#team-it").text
    assert desk.card(john, number, "#team-it").buttons == []

    card = desk.card(jerry, number, "#team-banking")
    card.click("Claim")
    desk.settle()
    assert "Please roll back." in card.thread[0].text

    card.choose("More…", "Add note")
    form = modal_of(jerry)
    form.fill("Note", "The 9:40 update broke the load balancer's health check.")
    form.submit()
    card.click("Reply")
    form = modal_of(jerry)
    form.fill("Reply", "We found it and are rolling back. Ten minutes.")
    form.submit()
    desk.settle()
    assert "health check" in "\n".join(line.text for line in card.thread)
    assert "Ten minutes." in received.thread[-1].text
    assert "health check" not in "\n".join(message.text for message in received.thread)

    card.click("Resolve")
    form = modal_of(jerry)
    form.fill("What was wrong?", "A bad health check took all nodes out.")
    form.fill("What was done?", "Rolled the update back.")
    form.fill("Reply to the requester", "Banking is back. Sorry for the trouble.")
    assert not form.submit().errors
    desk.settle()
    assert "Resolved" in card.text
    told = john.find("", f"#{number}")
    assert "resolved" in told.text.lower()
    asked = received.thread[-1]
    assert "Banking is back." in asked.text
    assert "Rolled the update back" not in asked.text
    assert "Is it fixed?" in asked.text

    asked.click("Yes, it's fixed")
    desk.settle()
    assert "closed" in received.thread[-1].text
    assert "Closed" in card.text
    assert "Karen" in card.thread[-1].text
    assert "it is confirmed" in jerry.find("", f"#{number}").text.lower()


def test_an_unanswered_page_climbs_and_every_call_rings_once(desk: DeskInTest) -> None:
    omar, lena, ada = desk.omar, desk.lena, desk.ada
    number = desk.opens(
        desk.karen, "Core banking stands still", Topic="Business critical outage",
        **{"What_does_not_work,_and_for_whom?": "Everything, for everybody"},
    )  # fmt: skip

    def calls(person_pages: list[str]) -> int:
        return sum(f"#{number}" in text for text in person_pages)

    assert calls([m.text for m in omar.dm]) == 1
    assert calls([m.text for m in lena.dm]) == 0

    desk.pass_time(minutes=5)
    assert calls([m.text for m in lena.dm if "Acknowledge" in m.buttons]) == 1
    assert calls([m.text for m in omar.dm]) == 1

    desk.pass_time(minutes=5)
    page = ada.find("", f"#{number}")
    page.click("Acknowledge")
    desk.settle()
    desk.pass_time(minutes=30)
    assert calls([m.text for m in omar.dm]) == 1
    assert "Acknowledged by" in omar.find("#on-call", f"#{number}").text
