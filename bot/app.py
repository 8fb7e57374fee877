"""`create_app()`: the one place where Slack's requests meet the desk.

Bolt runs each listener before it acknowledges (`process_before_response`): an ack means *saved*,
and an event whose listener failed is sent again by Slack.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import asked
from bot.metrics import ACKS, ACKS_LATE, COMMANDS, ENVELOPES, LATE_SECONDS
from bot.settings import Settings
from bot.slack_client import LISTENER_SECONDS, slack_client
from handlers import errors, people, register
from handlers.redraws import Redraws
from handlers.unsaved import is_held_back
from store.database import Store
from store.rules.sentences.trouble import NOT_INSTALLED

log = logging.getLogger(__name__)


def create_app(settings: Settings, store: Store, clock: Callable[[], datetime]) -> App:
    """The Bolt app with every route; asks Slack nothing until the first request."""
    client = slack_client(settings, seconds=LISTENER_SECONDS)
    client.token = None  # comes with each request, from `authorize`
    app = _Measured(
        name="deskbell",  # Bolt would look for one in the source of every caller, for 30 ms
        client=client,
        authorize=_installed_in(slack_client(settings, seconds=LISTENER_SECONDS)),
        request_verification_enabled=False,  # done at the door, before a request may even wait
        process_before_response=True,
        user_facing_authorize_error_message=NOT_INSTALLED,
        logger=_bolt_log(),
    )
    turn_away = _turn_away(settings)
    listening = slack_client(settings, seconds=LISTENER_SECONDS)
    app.middleware(_bring(store, clock, Redraws(), listening, turn_away))
    app.middleware(people.met)
    app.error(errors.answer)
    register(app)
    return app


_NO_NEWS: Final = ("Unhandled request", "Although the app should be installed")


class _Measured(App):
    """Counts and times every request, whatever becomes of it."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        began, kind, response = time.perf_counter(), _kind(req.body), None
        try:
            response = super().dispatch(req)
        finally:
            facts = asked.facts(req, response)
            COMMANDS.labels(facts["what"], facts["result"]).inc()
            level = logging.DEBUG if asked.is_echo(req) else logging.INFO
            log.log(level, "answered", extra=facts)
            seconds = time.perf_counter() - began
            ACKS.labels(kind).observe(seconds)
            if seconds > LATE_SECONDS:
                ACKS_LATE.inc()
            again = req.headers.get("x-slack-retry-num", ["0"])[0]
            ENVELOPES.labels(kind, again if again in {"0", "1", "2", "3"} else "more").inc()
        return response


def _kind(body: dict[str, Any]) -> str:
    """As Socket Mode's envelopes call it."""
    if "command" in body:
        return "slash_commands"
    return "interactive" if body.get("type") != "event_callback" else "events_api"


def _bolt_log() -> logging.Logger:
    """Without what is no news, such as that Bolt found SLACK_BOT_TOKEN, which is ours to read."""
    bolt = logging.getLogger("slack_bolt")
    if _is_news not in bolt.filters:
        bolt.addFilter(_is_news)
    return bolt


def _is_news(record: logging.LogRecord) -> bool:
    """Not the advice of Bolt's about unknown requests, which quotes them whole, nor what the desk
    says itself.
    """
    said = record.getMessage()
    return not said.startswith(_NO_NEWS) and "`token` will be unused" not in said


def _installed_in(client: WebClient) -> Callable[..., Any]:
    """Knows which workspace our token belongs to, from one `auth.test`; refuses every other.

    The answer to the first request is kept: an `auth.test` for each would cost up to half a second.
    """
    asking = threading.Lock()
    known: list[AuthorizeResult] = []

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        with asking:
            if not known:
                known.append(_who_we_are(client))
        ours = known[0]
        same_company = enterprise_id is not None and enterprise_id == ours.enterprise_id
        if same_company or team_id in {None, ours.team_id}:
            return ours
        log.warning("refused a payload of another workspace", extra={"team": str(team_id)[:20]})
        return None

    return authorize


def _who_we_are(client: WebClient) -> AuthorizeResult:
    """Bolt would acknowledge what it cannot authorize, and an event would be lost."""
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        raise ConnectionError("Slack does not say who we are") from error
    return AuthorizeResult.from_auth_test_response(
        auth_test_response=answer, bot_token=client.token
    )


def _turn_away(settings: Settings) -> Callable[[dict[str, Any]], bool]:
    """Whether no listener should see it: what is of another app (our app's id is the third part of
    its app-level token; over HTTP the signature proves it), and Slack's word that it holds events
    back, for which Bolt has no listener.
    """
    token = settings.slack_app_token
    ours = (token.get_secret_value().split("-") if token else [])[2:3]

    def turn_away(body: dict[str, Any]) -> bool:
        theirs = body.get("api_app_id")
        if ours and theirs not in {None, *ours}:
            log.warning("refused a payload of another app", extra={"app": str(theirs)[:20]})
            return True
        if is_held_back(body):
            log.warning("Slack is holding events back: more than 30,000 in an hour")
            return True
        return False

    return turn_away


def _bring(
    store: Store,
    clock: Callable[[], datetime],
    redraws: Redraws,
    client: WebClient,
    turn_away: Callable[[dict[str, Any]], bool],
) -> Callable[[BoltRequest, Callable[[], BoltResponse]], BoltResponse]:
    """What every listener may ask for by name: `store`, `policy`, `redraws` and `now`; and a
    `client` whose calls are counted. In one piece with who is turned away: Bolt looks up what each
    of its middlewares wants anew for every request.
    """

    def bring(request: BoltRequest, next_: Callable[[], BoltResponse]) -> BoltResponse:
        if turn_away(request.body):
            return BoltResponse(status=200)
        store.latest.ticket = None
        request.context["client"] = client
        request.context["store"] = store
        request.context["policy"] = store.policy
        request.context["redraws"] = redraws
        request.context["now"] = clock()
        return next_()

    return bring
