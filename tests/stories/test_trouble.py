"""Slack or the disk does not play along: nothing is lost, and whoever can mend it is told how."""

from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from tests.desk import DeskInTest, modal_of, running_desk
from tests.sqlite import migrated_file
from tests.stories.acts import begins, heard, presses, thread_of

TEAM_IT = "C0TEAMIT003"


def test_a_channel_without_the_bot_is_told_to_the_admins_and_gets_its_card_once_mended(
    desk: DeskInTest,
) -> None:
    desk.sandbox.admin.kick_bot("#team-it")
    number = desk.opens(desk.karen, "No sound")
    assert "we have your request" in heard(desk.karen)
    assert "No sound" in desk.card(desk.john, number).text
    told = heard(desk.ada)
    assert TEAM_IT in told
    assert "/invite @deskbell" in told or "invite me there" in told
    another = desk.opens(desk.ken, "No picture")
    assert heard(desk.ada) == told  # once a day is enough

    desk.sandbox.admin.invite_bot("#team-it")
    presses(desk, desk.john, number, "Claim")
    assert "With @John" in desk.card(desk.john, number, "#team-it").text
    assert "claimed it" in thread_of(desk, desk.john, number)
    assert "No picture" in desk.card(desk.john, another).text


def test_an_archived_queue_is_told_to_the_admins_and_the_team_still_works(
    desk: DeskInTest,
) -> None:
    desk.sandbox.admin.archive("#help-desk")
    number = desk.opens(desk.karen, "No sound")
    card = desk.card(desk.john, number, "#team-it")
    card.click("Claim")
    desk.settle()
    assert "With @John" in card.text
    assert "works on your ticket" in heard(desk.karen)
    assert "is archived. Unarchive it" in heard(desk.ada)


def test_a_scope_that_was_taken_away_loses_nothing(desk: DeskInTest) -> None:
    desk.sandbox.admin.remove_scope("chat:write")
    assert begins(desk.karen, "/ticket No sound").submit().ok
    desk.settle()
    assert heard(desk.karen) == ""
    desk.sandbox.admin.grant_scope("chat:write")
    desk.pass_time(minutes=5)
    assert "we have your request" in heard(desk.karen)
    assert "No sound" in desk.card(desk.john, desk.newest_ticket()).text


def test_a_token_that_was_revoked_loses_nothing(desk: DeskInTest) -> None:
    form = begins(desk.karen, "/ticket No sound")
    desk.sandbox.admin.revoke_token()
    assert form.submit().ok
    desk.settle()
    desk.sandbox.admin.restore_token()
    desk.pass_time(minutes=5)
    assert "we have your request" in heard(desk.karen)


def test_a_full_disk_is_told_and_what_was_typed_is_still_there(tmp_path: Path) -> None:
    url = migrated_file(tmp_path)
    with running_desk(url) as desk:
        karen, john = desk.karen, desk.john
        number = desk.opens(karen, "No sound")
        form = begins(karen, "/ticket No picture")
        form.fill("Details", "真っ暗" * 900)  # more bytes than a page of SQLite's holds
        card = desk.card(john, number)
        _run(desk, "CREATE TABLE ballast (weight TEXT)")
        _run(desk, "PRAGMA max_page_count = 1")
        with pytest.raises(SQLAlchemyError):
            _fill(desk)
        form.submit()
        assert "not saved" in modal_of(karen).text
        assert modal_of(karen).value("Details").startswith("真っ暗")

        _run(desk, "PRAGMA max_page_count = 1000000")
        assert modal_of(karen).submit().ok
        card.click("Claim")
        desk.settle()
        assert "With @John" in desk.card(john, number).text
        assert "No picture" in heard(karen)


def _fill(desk: DeskInTest) -> None:
    """Until nothing fits any more: raises what the database then says."""
    while True:
        _run(desk, "INSERT INTO ballast VALUES (hex(zeroblob(400)))")


def _run(desk: DeskInTest, command: str) -> None:
    """On the one connection that writes."""
    with desk.store.transaction() as session:
        session.connection().exec_driver_sql(command)
