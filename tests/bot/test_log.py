"""Log lines carry facts and never a secret."""

import logging

import pytest

from bot.log import LineFormat


def line(message: str, **facts: object) -> str:
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "bot.x", **facts})
    return LineFormat().format(record)


def test_a_line_names_the_ticket_and_quotes_values_with_blanks() -> None:
    written = line("sent", ticket=42, error="not in channel", thread=None)
    assert written.endswith("INFO bot.x sent ticket=42 error='not in channel'")


@pytest.mark.parametrize(
    "secret", ["xoxb-1-2-abcDEF", "xapp-1-A1-2-beef", "xoxe.xoxb-1-abc", "xoxp-9"]
)
def test_tokens_are_blotted_out_wherever_they_appear(secret: str) -> None:
    assert secret not in line(f"bad token {secret}!", token=secret)


def test_the_key_in_a_socket_address_is_blotted_out() -> None:
    assert "0b5e" not in line(
        "connecting to wss://host/link/?ticket=0b5e2c1a-77aa-4c5d-9f00-123456"
    )


def test_a_traceback_stands_below_its_line() -> None:
    error = ValueError("xoxb-1-secret")
    written = line("failed", exc_info=(type(error), error, None))
    first, *rest = written.splitlines()
    assert first.endswith("failed")
    assert rest[-1] == "ValueError: ***"
