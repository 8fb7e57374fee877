"""One line per happening: time, level, where, what, and then facts as `key=value`.

    2026-03-02T09:00:00Z INFO bot.delivery sent outbox=12 kind=card ticket=42 channel=C0TEAMIT003

Tokens never appear, whatever is logged.
"""

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Final

_ORDINARY: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_SECRET: Final = re.compile(r"xox[a-z]-[\w-]+|xoxe[\w.-]+|xapp-[\w-]+|(?<=ticket=)[0-9a-f-]{20,}")
"""Slack's tokens, and the key in the address of a Socket Mode connection."""

_LIBRARIES: Final = ("slack_bolt", "slack_sdk", "apscheduler", "alembic", "urllib3")
_SAYS_TWICE: Final = "slack_sdk.web.base_client"
"""Logs each failed call and raises it too; whoever called says what became of it."""


class LineFormat(logging.Formatter):
    """Facts come from `extra`; values with blanks are quoted."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the traceback below it when there is one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts = [
            f"{key}={_value(value)}"
            for key, value in vars(record).items()
            if key not in _ORDINARY and value is not None
        ]
        line = " ".join([at, record.levelname, record.name, record.getMessage(), *facts])
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return _SECRET.sub("***", line)


def start_logging(level: str) -> None:
    """To standard error; libraries speak up only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormat())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if level != "DEBUG":
        for name in _LIBRARIES:
            logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger(_SAYS_TWICE).setLevel(logging.CRITICAL)


def _value(value: object) -> str:
    text = str(value)
    return repr(text) if not text or re.search(r"[\s=\"]", text) else text
