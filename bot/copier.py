"""Makes the desk's own copy of a file in Slack, so that the other side may open it.

Slack lets a bot share only what it has uploaded itself (slackapi/bolt-python, issue 702: somebody
else's permalink shares nothing). The copy stays private to the desk until a message of ours names
its permalink. One that is made twice, because we died in between, is seen by nobody.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack_errors import Outcome, error_code, judge
from store.models import TicketFile

SECONDS: Final = 10
"""How long Slack may be silent in the middle of a file."""

CHUNK: Final = 256 * 1024
IN_MEMORY: Final = 4 * 1024 * 1024

_FILES_HOST: Final = "files.slack.com"

log = logging.getLogger(__name__)


class CannotCopy(Exception):
    """There never will be a copy; the message says why, for the log."""


class LostLease(Exception):
    """Another process makes the copy by now."""


class Copied(NamedTuple):
    """The desk's own file: Slack's id and its permalink."""

    id: str
    link: str


class _NoDetours(HTTPRedirectHandler):
    """The token goes to Slack's files and to nobody else; a page to sign in is no file."""

    def redirect_request(self, *_asked: object) -> None:
        return None


class Copier:
    """Copies one file at a time; what may be tried again is raised as it came."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._opener = build_opener(_NoDetours())

    def copy(self, file: TicketFile, *, goes_on: Callable[[], bool]) -> Copied:
        """Download, upload, and look up the link. `goes_on` is asked now and then whether it is
        still ours to do. Raises CannotCopy, LostLease, SlackApiError or OSError.
        """
        with _a_no_is_final(), SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
            length = self._download(file.slack_id, kept, goes_on)
            kept.seek(0)
            return self._upload(file.name, kept, length, goes_on)

    def make(self, name: str, body: bytes, *, goes_on: Callable[[], bool]) -> Copied:
        """A file that the desk has written itself; otherwise as `copy`."""
        with _a_no_is_final():
            return self._upload(name, BytesIO(body), len(body), goes_on)

    def remove(self, copied: Copied) -> None:
        """A copy that is one too many; should that fail, nobody sees it anyway."""
        try:
            self._client.files_delete(file=copied.id)
        except (SlackApiError, OSError) as error:
            log.info("superfluous copy stays error=%s", type(error).__name__)

    def _download(self, slack_id: str, to: IO[bytes], goes_on: Callable[[], bool]) -> int:
        known = self._client.files_info(file=slack_id)["file"]
        url = str(known.get("url_private_download") or known.get("url_private") or "")
        if known.get("is_external") or not self._is_slacks(url):
            raise CannotCopy("it does not lie with Slack")
        request = Request(url, headers={"Authorization": f"Bearer {self._client.token}"})  # noqa: S310 - `_is_slacks`
        length = 0
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                while chunk := answer.read(CHUNK):
                    _ask(goes_on)
                    length += to.write(chunk)
        except HTTPError as error:
            raise _judged(error) from error
        if length != known["size"]:
            raise CannotCopy(f"{length} bytes came instead of {known['size']}")
        return length

    def _upload(
        self, name: str, body: IO[bytes], length: int, goes_on: Callable[[], bool]
    ) -> Copied:
        begun = self._client.files_getUploadURLExternal(filename=name, length=length)
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
        request = Request(  # noqa: S310 - Slack has just named it
            str(begun["upload_url"]), data=_Asking(body, goes_on), headers=headers, method="POST"
        )
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                answer.read()
        except HTTPError as error:
            raise _judged(error) from error
        copy_id = str(begun["file_id"])
        self._client.files_completeUploadExternal(files=[{"id": copy_id, "title": name}])
        return Copied(copy_id, str(self._client.files_info(file=copy_id)["file"]["permalink"]))

    def _is_slacks(self, url: str) -> bool:
        """Files lie on a host of their own, or with whoever plays Slack for us."""
        place, api = urlsplit(url), urlsplit(self._client.base_url)
        if (place.scheme, place.netloc) == (api.scheme, api.netloc):
            return True
        return place.scheme == "https" and place.netloc == _FILES_HOST


class _Asking:
    """A file that is read piece by piece, with the question before each."""

    def __init__(self, body: IO[bytes], goes_on: Callable[[], bool]) -> None:
        self._body = body
        self._goes_on = goes_on

    def read(self, _wanted: int = CHUNK) -> bytes:
        """The next piece; empty at the end."""
        _ask(self._goes_on)
        return self._body.read(CHUNK)


@contextmanager
def _a_no_is_final() -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        if judge(error).outcome is Outcome.REFUSED or error_code(error) == "missing_scope":
            raise CannotCopy(error_code(error)) from error
        raise


def _ask(goes_on: Callable[[], bool]) -> None:
    if not goes_on():
        raise LostLease


def _judged(error: HTTPError) -> Exception:
    """Too many and trouble on Slack's side pass; everything else is a no."""
    passes = error.code == 429 or error.code >= 500  # noqa: PLR2004 - HTTP's own numbers
    return URLError(error.reason) if passes else CannotCopy(f"HTTP {error.code}")
