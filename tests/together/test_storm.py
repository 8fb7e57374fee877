"""Many report the same within minutes: agents are asked once, and one click links what they see."""

from sqlalchemy import URL

from store.rules.policy_file import load_policy
from tests.desk import DEMO_POLICY, running_desk
from tests.stories.acts import heard

POLICY = load_policy(DEMO_POLICY.replace("[intake]", "[intake]\nmany_alike = 4"))


def test_many_alike_are_one_question_and_one_click_links_them_and_what_came_meanwhile(
    database: URL,
) -> None:
    with running_desk(database, policy=POLICY) as desk:
        karen, ken, john, jane = desk.karen, desk.ken, desk.john, desk.jane

        def asked() -> list[str]:
            return [seen.text for seen in john.sees("#team-it") if "tickets alike" in seen.text]

        old = desk.opens(ken, "VPN does not connect")
        desk.pass_time(minutes=30)
        numbers = [
            desk.opens(who, f"VPN does not connect {where}")
            for who, where in ((karen, "at home"), (ken, "in Rome"), (karen, "again"))
        ]
        other = desk.opens(karen, "Printer eats paper")
        assert desk.desk.look_for_storms() == 0, "three are no storm, and old ones do not count"
        numbers.append(desk.opens(ken, "VPN: cannot connect"))
        assert desk.desk.look_for_storms() == 1
        numbers.append(desk.opens(karen, "vpn connect fails"))
        assert desk.desk.look_for_storms() == 0, "one question for one storm"
        desk.settle()
        (question,) = asked()
        assert "5 tickets alike" in question
        assert f"#{other}" not in question
        assert "incident" not in heard(karen), "nothing is linked by itself"

        numbers.append(desk.opens(ken, "No vpn, it won't connect"))
        shown = john.find("#team-it", "tickets alike")
        shown.click("Make it an incident")
        desk.settle()
        assert "linked 5 to it" in shown.text
        assert shown.buttons == []
        for number in numbers[1:]:
            assert f"#{numbers[0]}" in desk.card(jane, number).text
        assert f"#{numbers[0]}" not in desk.card(jane, old).text
        known = "is part of something bigger that we know of"
        assert heard(karen).count(known) + heard(ken).count(known) == 5
        assert desk.desk.look_for_storms() == 0
        assert desk.sandbox.violations == []
