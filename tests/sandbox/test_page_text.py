"""What people and apps write reaches the browser as the text it is, never as HTML."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page.emoji import as_text
from sandbox.page.mrkdwn import mrkdwn, plain
from sandbox.page.rich_text import rich_text
from sandbox.page.viewer import Viewer

NAMES = {"U0KAREN": "Karen Example", "C0HELP": "help-desk", "S0IT": "it-agents"}
BERLIN = Viewer("U0KAREN", ZoneInfo("Europe/Berlin"), datetime(2026, 9, 21, 12, tzinfo=UTC), NAMES)
NEW_YORK = Viewer("U0KEN", ZoneInfo("America/New_York"), BERLIN.now, NAMES)
OWN_TAGS = {"a", "b", "i", "s", "code", "pre", "blockquote", "span", "time"}


class Tags(HTMLParser):
    """Collects what a browser would take for markup, and the readable rest."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold* _italic_ ~gone~", "<b>bold</b> <i>italic</i> <s>gone</s>"),
        ("*bold and _both_*", "<b>bold and <i>both</i></b>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"),
        ("see\n```x = 1\ny```\nthen", "see<pre>x = 1\ny</pre>then"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one\ntwo</blockquote>three"),
        ("Tom &amp; Jerry &lt;3", "Tom &amp; Jerry &lt;3"),
        ("&quot;", "&amp;quot;"),
    ],
)
def test_mrkdwn_is_shown_as_slack_shows_it(written: str, shown: str) -> None:
    assert mrkdwn(written, BERLIN) == shown


def test_mentions_show_names_and_mark_the_person_looking() -> None:
    written = "<@U0KAREN> <@U0KEN> <#C0HELP|old-name> <!subteam^S0IT> <!channel>"

    assert Tags(mrkdwn(written, BERLIN)).text == (
        "@Karen Example @U0KEN #help-desk @it-agents @channel"
    )
    assert '<span class="mention me">@Karen Example</span>' in mrkdwn(written, BERLIN)
    assert '<span class="mention">@Karen Example</span>' in mrkdwn(written, NEW_YORK)


def test_dates_are_shown_in_the_time_zone_of_the_person_looking() -> None:
    written = "<!date^1790000000^{date_short_pretty} at {time}|soon>"

    assert Tags(mrkdwn(written, BERLIN)).text == "today at 4:13 PM"
    assert Tags(mrkdwn(written, NEW_YORK)).text == "today at 10:13 AM"


def test_a_date_that_cannot_be_read_shows_its_fallback() -> None:
    assert Tags(mrkdwn("<!date^soon^{time}|before lunch>", BERLIN)).text == "before lunch"


def test_links_keep_underscores_and_leave_the_full_stop_outside() -> None:
    shown = Tags(mrkdwn("Read https://example.com/a_b_c. Then <https://example.com|this>", BERLIN))

    assert shown.links == ["https://example.com/a_b_c", "https://example.com"]
    assert shown.text == "Read https://example.com/a_b_c. Then this"


def test_verbatim_text_leaves_bare_addresses_alone() -> None:
    assert Tags(mrkdwn("https://example.com", BERLIN, verbatim=True)).links == []


def test_links_to_scripts_stay_text() -> None:
    assert Tags(mrkdwn("<javascript:alert(1)|click>", BERLIN)).links == []


def test_emoji_codes_become_emoji_and_unknown_codes_stay() -> None:
    shown = Tags(mrkdwn(":white_check_mark: :large_green_circle: :nosuchthing: 10:30:45", BERLIN))

    assert shown.text == "✅ 🟢 :nosuchthing: 10:30:45"
    assert as_text(":fire: now") == "🔥 now"
    assert Tags(plain(":fire:", emoji_codes=False)).text == ":fire:"


def test_rich_text_takes_control_sequences_literally() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "<!channel> <b>", "style": {"bold": True}},
            {"type": "user", "user_id": "U0KAREN"},
        ],
    }

    shown = rich_text({"type": "rich_text", "elements": [section]}, BERLIN)

    assert shown == (
        '<div><b>&lt;!channel&gt; &lt;b&gt;</b><span class="mention me">@Karen Example</span></div>'
    )


SLACKISH = st.text(st.sampled_from("<>&|!@#^*_~`\":='/ \nabUhttps:javonclick;-"), max_size=80)


@given(SLACKISH | st.text(max_size=60))
def test_no_text_whatsoever_brings_its_own_html(written: str) -> None:
    for shown in (Tags(mrkdwn(written, BERLIN)), Tags(plain(written))):
        assert shown.found <= OWN_TAGS
        assert shown.handlers == []
        assert all(link.lower().startswith(("http", "mailto:", "tel:")) for link in shown.links)
