"""Pages by e-mail and webhook, when Slack refuses them or does not take them for 30 seconds."""

import json
import logging
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from http.client import HTTPException
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from bot.settings import Settings
from handlers.views import page_beyond
from store import access, beyond, lookups
from store.database import Store
from store.models import Means, OutsideCall, Page, Ring, Ticket

SECONDS: Final = 10
"""How long a mail server or a webhook may take."""

log = logging.getLogger(__name__)


class BeyondSlack:
    """Makes the calls that Slack did not. Without an address for it, does nothing."""

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._means: dict[Means, Callable[[Ring, Ticket], None]] = {}
        if settings.page_smtp_url is not None:
            self._means[Means.EMAIL] = self._mail
        if settings.page_webhook_url is not None:
            self._means[Means.WEBHOOK] = self._post

    def tick(self) -> int:
        """Find what is overdue and send it; every outcome is recorded. Return how many went out."""
        if not self._means or not self._is_due():
            return 0
        with self._store.transaction() as session:
            beyond.owe_overdue(session, self._means, at=self._clock())
        sent = 0
        while (call := self._take()) is not None:
            sent += self._make(call)
        return sent

    def _is_due(self) -> bool:
        with self._store.snapshot() as session:
            return beyond.is_due(session, at=self._clock())

    def _take(self) -> OutsideCall | None:
        with self._store.transaction() as session:
            return beyond.take(session, at=self._clock())

    def _make(self, call: OutsideCall) -> bool:
        """With no transaction open, as everything that speaks to somebody else."""
        with self._store.snapshot() as session:
            ring = session.get_one(Ring, call.ring_id)
            page = session.get_one(Page, ring.page_id)
            ticket = session.get_one(Ticket, page.ticket_id)
        error = None
        try:
            self._means[Means(call.means)](ring, ticket)
        except KeyError:
            error = "no longer set up"
        except (OSError, smtplib.SMTPException, ValueError) as failure:
            error = f"{type(failure).__name__}: {failure}"[:200]
        facts = {"means": call.means, "ticket": ticket.id, "person": ring.person, "error": error}
        log.log(logging.WARNING if error else logging.INFO, "page beyond Slack", extra=facts)
        with self._store.transaction() as session:
            beyond.settle(session, call.id, error=error, at=self._clock())
        return error is None

    def _mail(self, ring: Ring, ticket: Ticket) -> None:
        """To the person's own address and to those that are always told."""
        with self._store.snapshot() as session:
            person = lookups.person(session, ring.person)
            private = access.is_private(session, ticket)
        own = [person.email] if person and person.email else []
        to = [*own, *self._settings.page_email_to]
        if not to:
            raise ValueError("no e-mail address is known for this person; set PAGE_EMAIL_TO")
        mail = EmailMessage()
        mail["Subject"] = page_beyond.subject(ticket, private=private)
        mail["From"] = self._settings.page_email_from
        mail["To"] = ", ".join(dict.fromkeys(to))
        name = person.name if person else ring.person
        mail.set_content(page_beyond.words(ticket, name, private=private))
        assert self._settings.page_smtp_url is not None  # or this would not be called
        _send(self._settings.page_smtp_url.get_secret_value(), mail)

    def _post(self, ring: Ring, ticket: Ticket) -> None:
        with self._store.snapshot() as session:
            person = lookups.person(session, ring.person)
            private = access.is_private(session, ticket)
        name = person.name if person else ring.person
        subject = page_beyond.subject(ticket, private=private)
        told = {
            "text": f"{subject}\n{page_beyond.words(ticket, name, private=private)}",
            "ticket": ticket.id,
            "severity": ticket.severity,
            "person": name,
            "level": ring.level,
        }
        assert self._settings.page_webhook_url is not None  # or this would not be called
        call(self._settings.page_webhook_url.get_secret_value(), told)


def call(url: str, told: dict[str, object] | None = None) -> None:
    """Post JSON there, or just ask for it; OSError when the answer is no success."""
    data = None if told is None else json.dumps(told).encode()
    request = Request(url, data=data, headers={"Content-Type": "application/json"})  # noqa: S310 - settings allow http and https only
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - see above
            answer.read(1)
    except HTTPException as error:  # whoever listens there does not speak HTTP
        raise ConnectionError(f"no answer in HTTP: {type(error).__name__}") from error


def _send(url: str, mail: EmailMessage) -> None:
    """`smtps:` speaks TLS from the beginning; `smtp:` changes to it when the server can."""
    place = urlsplit(url)
    kind = smtplib.SMTP_SSL if place.scheme == "smtps" else smtplib.SMTP
    with kind(place.hostname or "", place.port or 0, timeout=SECONDS) as server:
        server.ehlo()
        if place.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if place.username:
            server.login(unquote(place.username), unquote(place.password or ""))
        server.send_message(mail)
