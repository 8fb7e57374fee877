"""Reads from Slack the message that somebody pointed at, its address, and who they are."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack_errors import error_code
from handlers import doors
from handlers.people import remember
from store import lookups, outbox
from store.database import DeskSession, Store
from store.models import Ticket, TicketOrigin

_GONE: Final = {"thread_not_found", "message_not_found"}
_HIDDEN: Final = {*_GONE, "channel_not_found", "not_in_channel"}
"""Slack's words for what the desk may not link to; people who were there can find it."""

Json = dict[str, Any]


class Fetcher:
    """Repeats nothing: reading twice does no harm, and what was found counts once."""

    def __init__(self, store: Store, client: WebClient, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._home = ""

    def fetch(self, origin_id: int) -> None:
        """Complete what is known of the message; where it was wanted, open its ticket."""
        with self._store.snapshot() as session:
            origin = session.get(TicketOrigin, origin_id)
        if origin is None:
            return
        message = self._message(origin) if origin.ticket_id is None else None
        link = self._link(origin)
        unknown = self._unknown(origin.wanted_by, (message or {}).get("user"))
        profiles = [self._client.users_info(user=user)["user"] for user in unknown]
        with self._store.transaction() as session:
            remember(session, profiles, home=self.home, at=self._clock())
            known = session.get(
                TicketOrigin, origin_id, with_for_update=True, populate_existing=True
            )
            if known is not None:
                self._complete(session, known, message, link)

    @property
    def home(self) -> str:
        """The id of the workspace that the desk is installed in."""
        self._home = self._home or str(self._client.auth_test()["team_id"])
        return self._home

    def _complete(
        self, session: DeskSession, origin: TicketOrigin, message: Json | None, link: str | None
    ) -> None:
        origin.link = link
        if origin.ticket_id is not None:
            ticket = session.get_one(Ticket, origin.ticket_id)
            outbox.redraw(session, ticket, at=self._clock())
        elif message is None:
            session.delete(origin)  # it was deleted again: whoever reacted sees that
        else:
            doors.read(session, origin, message, self._clock())

    def _message(self, origin: TicketOrigin) -> Json | None:
        """It, whether it stands in the channel or in a thread; None when it is gone."""
        try:
            answer = self._client.conversations_replies(
                channel=origin.channel, ts=origin.ts, oldest=origin.ts, inclusive=True, limit=1
            )
        except SlackApiError as error:
            if error_code(error) in _GONE:
                return None
            raise
        found = (m for m in answer["messages"] if m["ts"] == origin.ts)
        return next((m for m in found if m.get("subtype") != "tombstone"), None)

    def _link(self, origin: TicketOrigin) -> str | None:
        try:
            answer = self._client.chat_getPermalink(channel=origin.channel, message_ts=origin.ts)
        except SlackApiError as error:
            if error_code(error) in _HIDDEN:
                return None
            raise
        return str(answer["permalink"])

    def _unknown(self, *people: str | None) -> list[str]:
        with self._store.snapshot() as session:
            return [user for user in people if user and lookups.person(session, user) is None]
