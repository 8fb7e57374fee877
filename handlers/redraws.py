"""Drawing an open form anew while people type in it, so that the newest typing wins.

Slack may send what was typed out of order, or again, and several of it at once; and it takes an
update only with the hash of the view as it is now (`hash_conflict`). So of one form this process
draws once at a time, drops what is older than what came already, and knows which hash has become
which. What a person typed lives in Slack and is never sent back to them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from handlers.payload import Body

REMEMBERED: Final = 1000
"""Forms, the last touched ones: far more than are open in front of people."""


@dataclass
class _Form:
    """One that is open in front of somebody."""

    newest: Decimal = Decimal(0)
    """When the last of what came was typed, by Slack's clock."""
    became: dict[str, str] = field(default_factory=dict)
    """A hash → the one after our update."""
    turn: threading.Lock = field(default_factory=threading.Lock)

    def latest(self, known: str) -> str:
        """The hash by now of the view that had this one."""
        while known in self.became:
            known = self.became[known]
        return known


class Redraws:
    """The forms that people type in now."""

    def __init__(self) -> None:
        self._forms: OrderedDict[str, _Form] = OrderedDict()
        self._lock = threading.Lock()

    def redraw(
        self,
        client: WebClient,
        body: Body,
        draw: Callable[[], View],
        *,
        is_news: Callable[[View], bool] = lambda _view: True,
    ) -> bool:
        """Draw the form that `body` comes from, unless something newer was typed or it shows just
        that (not `is_news`, compared with the view in `body`). Return whether it was drawn.
        """
        typed_at, known = Decimal(body["actions"][0]["action_ts"]), str(body["view"]["hash"])
        form = self._came(body["view"]["id"], typed_at)
        with form.turn:
            if typed_at < form.newest:
                return False
            view, now = draw(), form.latest(known)
            if typed_at < form.newest or (now == known and not is_news(view)):
                return False
            return _update(client, body["view"]["id"], form, now, view)

    def _came(self, view_id: str, typed_at: Decimal) -> _Form:
        with self._lock:
            form = self._forms.setdefault(view_id, _Form())
            self._forms.move_to_end(view_id)
            while len(self._forms) > REMEMBERED:
                self._forms.popitem(last=False)
            form.newest = max(form.newest, typed_at)
            return form


def _update(client: WebClient, view_id: str, form: _Form, known: str, view: View) -> bool:
    """A conflict means that another process, or the answer to a submission, drew it since."""
    try:
        drawn = client.views_update(view_id=view_id, hash=known, view=view)
    except SlackApiError as error:
        if error.response.get("error") != "hash_conflict":
            raise
        return False
    form.became[known] = str(drawn["view"]["hash"])
    return True
