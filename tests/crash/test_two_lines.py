"""What arrives on two lines at the same moment is answered as if it had come once."""

from sqlalchemy import URL

from tests.desk import modal_of, running_desk


def test_a_topic_picked_twice_at_once_shows_no_error_on_top_of_the_form(database: URL) -> None:
    with running_desk(database) as desk:
        desk.karen.types("/ticket Badge does not open the door")
        form = modal_of(desk.karen)
        desk.sandbox.faults.duplicate("block_actions")
        assert form.choose("Topic", "Access").ok
        assert modal_of(desk.karen).title == form.title
        assert "Which system or folder do you need?" in form.labels
        assert form.submit().ok
        desk.settle()
        assert "Badge" in desk.karen.find("", "#1").text
