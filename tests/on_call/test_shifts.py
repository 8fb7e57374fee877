"""/oncall: who is on, a picture, and changes of shifts to which two people agree."""

from tests.desk import DeskInTest, modal_of
from tests.on_call.setting import outage, pages


def on_now(desk: DeskInTest) -> str:
    """What /oncall answers to John."""
    shown = desk.john.types("/oncall")
    assert shown.acked
    return desk.john.find("", "Primary on call").text


def test_oncall_shows_now_next_and_a_picture_that_fits_a_phone(desk: DeskInTest) -> None:
    desk.john.types("/oncall")
    told = desk.john.find("", "Primary on call")
    assert "@Omar Standin until" in told.text
    assert "then @Jerry Mockup" in told.text
    lines = told.text.splitlines()
    picture = [line for line in lines if line.endswith(("█", "·", "MTWTFSS"))]
    assert "Two weeks from today in Europe/Berlin: █ all day, ▄ a part of it" in lines
    assert picture == [
        "          MTWTFSS MTWTFSS",
        "Omar      ███████ ▄······",
        "Jerry     ······· ▄██████",
    ]
    assert told.buttons == ["Take this shift"]
    desk.omar.types("/oncall")
    own = desk.omar.find("", "Primary on call")
    assert own.buttons == ["Cover for me", "Take this shift", "Swap"]


def test_oncall_for_a_rota_that_nobody_knows_names_those_there_are(desk: DeskInTest) -> None:
    told = desk.omar.types("/oncall nightwatch").text
    assert "nightwatch" in told
    assert "Primary on call" in told
    assert "/oncall help shows what you can type" in told
    assert "/oncall drill" in desk.omar.types("/oncall help").text


def test_whoever_takes_no_part_sees_who_is_on_but_no_buttons(desk: DeskInTest) -> None:
    desk.karen.types("/oncall primary")
    told = desk.karen.find("", "Primary on call")
    assert told.buttons == []


def test_cover_counts_when_the_other_has_agreed_and_pages_go_there(desk: DeskInTest) -> None:
    omar, john = desk.omar, desk.john
    omar.types("/oncall")
    omar.find("", "Primary on call").click("Cover for me")
    form = modal_of(omar)
    form.choose("Your shift", form.options("Your shift")[0])
    form.pick_person("Who covers for you?", "John")
    assert not form.submit().errors
    desk.settle()
    assert "@Omar" in on_now(desk)  # nothing has changed yet

    question = john.find("", "asks for a change of shifts")
    assert question.buttons == ["Agree", "No"]
    question.click("Agree")
    desk.settle()
    assert question.buttons == []
    assert "Agreed" in omar.find("", "Agreed, a change of shifts").text
    assert "Agreed" in omar.find("#on-call", "Agreed, a change of shifts").text
    assert "@John Placeholder until" in on_now(desk)
    number = outage(desk)
    assert [len(pages(who, number)) for who in (john, omar)] == [1, 0]


def test_no_means_no_and_a_second_answer_is_told_so(desk: DeskInTest) -> None:
    jerry, omar = desk.jerry, desk.omar
    jerry.types("/oncall")
    jerry.find("", "Primary on call").click("Swap")
    form = modal_of(jerry)
    form.choose("You give", form.options("You give")[0])
    form.choose("You get", form.options("You get")[1])
    assert not form.submit().errors
    desk.settle()
    question = omar.find("", "asks for a change of shifts")
    assert question.text.count(" is on call instead of ") == 2
    question.click("No")
    desk.settle()
    assert "@Omar Standin said no" in jerry.find("", "said no").text
    assert "said no" not in "".join(m.text for m in omar.sees("#on-call"))


def test_who_asked_may_take_it_back_until_the_other_has_answered(desk: DeskInTest) -> None:
    jerry, omar = desk.jerry, desk.omar
    omar.types("/oncall")
    omar.find("", "Primary on call").click("Swap")
    assert not modal_of(omar).submit().errors
    desk.settle()
    asked, question = omar.find("", "You asked for"), jerry.find("", "asks for a change of shifts")
    assert asked.buttons == ["Withdraw"]
    asked.click("Withdraw")
    question.click("Agree")  # before it is drawn anew
    assert any(
        "@Omar Standin took this change back already" in m.text for m in jerry.dm if m.is_ephemeral
    )
    desk.settle()
    assert question.buttons == asked.buttons == []
    assert "@Omar Standin asked for a change of shifts" in question.text
    assert "and took it back." in question.text
    assert "You asked for a change of shifts in Primary on call, and took it back." in asked.text
    assert "@Omar Standin took back this change" in jerry.dm[-1].text
    assert "@Omar Standin until" in on_now(desk)


def test_a_swap_moves_both_shifts(desk: DeskInTest) -> None:
    jerry, omar = desk.jerry, desk.omar
    omar.types("/oncall")
    omar.find("", "Primary on call").click("Swap")
    form = modal_of(omar)
    form.choose("You give", form.options("You give")[0])
    form.choose("You get", form.options("You get")[0])
    assert not form.submit().errors
    desk.settle()
    jerry.find("", "asks for a change of shifts").click("Agree")
    desk.settle()
    assert "@Jerry Mockup until" in on_now(desk)
    assert "then @Omar Standin" in on_now(desk)


def test_an_admin_may_decide_for_others_at_once(desk: DeskInTest) -> None:
    ada = desk.ada
    ada.types("/oncall")
    ada.find("", "Primary on call").click("Take this shift")
    form = modal_of(ada)
    form.choose("Shift", form.options("Shift")[0])
    form.pick_person("Who takes it?", "Jane")
    form.choose("When does it count?", "At once, without asking")
    assert not form.submit().errors
    desk.settle()
    assert "@Jane Specimen until" in on_now(desk)
    assert desk.omar.find("", "@Ada Nobody changed shifts in Primary on call")


def test_what_makes_no_sense_is_refused_in_the_form(desk: DeskInTest) -> None:
    omar = desk.omar
    omar.types("/oncall")
    omar.find("", "Primary on call").click("Cover for me")
    form = modal_of(omar)
    form.choose("Your shift", form.options("Your shift")[0])
    form.pick_person("Who covers for you?", "Omar")
    assert "same person" in form.submit().errors["Who covers for you?"]
    form.pick_person("Who covers for you?", "Karen")
    assert "no agent" in form.submit().errors["Who covers for you?"]
    form.pick_person("Who covers for you?", "John")
    form.fill("Only until", int(desk.clock.now().timestamp()) - 3600)
    assert "within that shift" in form.submit().errors["Only until"]
    form.fill("Only until", int(desk.clock.now().timestamp()) + 3600)
    desk.pass_time(hours=2)
    assert "over" in form.submit().errors["Your shift"]


def test_nobody_swaps_with_or_takes_from_themselves(desk: DeskInTest) -> None:
    ada, omar = desk.ada, desk.omar
    omar.types("/oncall")
    omar.find("", "Primary on call").click("Swap")
    swap = modal_of(omar)
    ada.types("/oncall")
    ada.find("", "Primary on call").click("Take this shift")
    take = modal_of(ada)
    jerrys = next(shift for shift in take.options("Shift") if shift.startswith("Jerry"))
    take.choose("Shift", jerrys)
    take.pick_person("Who takes it?", "Omar")
    take.choose("When does it count?", "At once, without asking")
    assert not take.submit().errors
    assert "yours already" in swap.submit().errors["You get"]

    ada.find("", "Primary on call").click("Take this shift")
    take = modal_of(ada)
    take.pick_person("Who takes it?", "Omar")
    assert "@Omar Standin has that shift already" in take.submit().errors["Shift"]


def test_hand_over_tells_both_people_once_with_what_is_open(desk: DeskInTest) -> None:
    omar, jerry = desk.omar, desk.jerry
    desk.desk.mind_rotas()
    desk.pass_time(days=6, hours=22)
    number = outage(desk)
    pages(omar, number)[0].click("Acknowledge")
    desk.settle()
    assert all("on call now" not in m.text for m in jerry.dm)
    desk.pass_time(minutes=59)
    for _ in range(3):
        desk.desk.mind_rotas()
        desk.pass_time(minutes=2)
    told = [m.text for m in jerry.dm if "You are on call now" in m.text]
    assert len(told) == 1
    assert f"#{number}" in told[0]
    assert "Before you: @Omar Standin" in told[0]
    assert "with nobody yet; its page still rings" in told[0]  # the hour for Omar's word is over
    assert len([m for m in omar.dm if "no longer on call" in m.text]) == 1


def test_a_gap_is_said_before_it_comes_and_once(desk: DeskInTest) -> None:
    desk.sandbox.admin.deactivate("Jerry")
    desk.desk.sync_people()
    for _ in range(3):
        desk.desk.mind_rotas()
        desk.settle()
    for who in (desk.lena, desk.ada):
        told = [m.text for m in who.dm if "Nobody will be on call" in m.text]
        assert len(told) == 1
        assert "Primary on call" in told[0]
    left = [m.text for m in desk.ada.dm if "deactivated account" in m.text]
    assert len(left) == 1
    assert "@Jerry Mockup" in left[0]
    assert "[rotas.primary]" in left[0]
