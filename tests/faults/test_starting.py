"""`deskbell run` begins while Slack is out of reach, as after a power cut: it waits and says so."""

import http.client
import json
import signal
import socket
import threading
import time
import urllib.error
import urllib.parse
from pathlib import Path

from bot.check import OUT_OF_REACH, SCOPE
from bot.http_mode import PATH
from bot.reaching import Reaching
from sandbox import Sandbox
from sandbox.faults import FOR_EVER
from store.rules.policy_file import Problem
from tests.bot.setting import ROOT, free_port, local_slack
from tests.bot.test_command_line import started
from tests.bot.test_health import asked
from tests.bot.test_http_mode import signed
from tests.faults.clicks import wait_until
from tests.faults.test_in_http import COMMAND

FAR = Problem(OUT_OF_REACH, "https://slack.com/api/", "Slack does not answer there.")


def page(port: int, name: str) -> tuple[int, dict[str, object]]:
    """Nothing while nobody listens, nor while the port passes from the pages to the desk."""
    try:
        status, told = asked(port, name)
    except (urllib.error.URLError, ConnectionError):
        return 0, {}
    return status, json.loads(told)


def posted(slack: Sandbox, port: int) -> tuple[int, str]:
    """How a command is answered that Slack has signed."""
    body = urllib.parse.urlencode(COMMAND)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("POST", PATH, body, signed(slack, body))
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def test_a_desk_that_starts_before_its_network_says_why_it_waits_and_goes_on_by_itself(
    tmp_path: Path,
) -> None:
    port = free_port()
    with local_slack() as slack:
        outage = slack.faults.answer("auth.test", status=503, times=FOR_EVER)
        with started(tmp_path, "run", slack=slack, PORT=str(port)) as running:
            wait_until(lambda: page(port, "readyz")[0] == 503, 20)
            why = f"SLACK_API_URL = {slack.api_url}: Slack does not answer there (http_503)"
            for name, expected in (("livez", 200), ("readyz", 503), ("healthz", 503)):
                status, told = page(port, name)
                assert (status, told["slack"]) == (expected, False)
                assert str(told["why"]).startswith(why)
            assert asked(port, "metrics")[0] == 200
            slack.faults.remove(outage)
            slack.wait_until_connected(20)
            wait_until(lambda: page(port, "readyz")[0] == 200, 20)
            running.send_signal(signal.SIGTERM)
            told_in_log, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    assert told_in_log.count("Slack is out of reach") == 1
    assert told_in_log.index(why) < told_in_log.index("Slack answers; going on")


def test_over_http_too_it_waits_and_turns_slack_away_until_it_goes_on(tmp_path: Path) -> None:
    port = free_port()
    with local_slack(http=True) as slack:
        given = {"PORT": str(port), "SLACK_SIGNING_SECRET": slack.signing_secret}
        outage = slack.faults.answer("auth.test", status=503, times=FOR_EVER)
        with started(tmp_path, "run", slack=slack, without="SLACK_APP_TOKEN", **given) as running:
            wait_until(lambda: page(port, "readyz")[0] == 503, 20)
            for name, expected in (("livez", 200), ("readyz", 503), ("healthz", 503)):
                status, told = page(port, name)
                assert (status, told["slack"]) == (expected, False)
                assert "Slack does not answer there (http_503)" in str(told["why"])
            assert posted(slack, port) == (503, "")
            slack.faults.remove(outage)
            wait_until(lambda: page(port, "readyz")[0] == 200, 20)
            status, answer = posted(slack, port)
            assert (status, "/ticket" in answer) == (200, True)
            running.send_signal(signal.SIGTERM)
            told_in_log, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    assert told_in_log.index("out of reach") < told_in_log.index("Slack answers; going on")


def test_told_to_stop_while_slack_leaves_it_waiting_for_an_answer_it_goes_at_once(
    tmp_path: Path,
) -> None:
    given = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "0123456789abcdef",
        "DESKBELL_CONFIG": str(ROOT / "deskbell.toml"),
    }
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        given["SLACK_API_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        with started(tmp_path, "run", slack=None, **given) as running:
            asking, _ = silent.accept()
            with asking:
                began = time.monotonic()
                running.send_signal(signal.SIGTERM)
                told, _ = running.communicate(timeout=15)
    assert (running.returncode, told) == (0, "")
    assert time.monotonic() - began < 3


def test_nobody_waits_for_what_waiting_does_not_mend() -> None:
    lacking = Problem(SCOPE, "users:read.email", "the bot lacks it.")
    refused = Problem("SLACK_BOT_TOKEN", "xoxb-…", "Slack refuses it.")
    waits: list[Problem | None] = []
    stopped = threading.Event()
    answers: tuple[list[Problem], ...] = ([], [lacking], [lacking, refused], [refused, FAR])
    for answer in answers:
        reaching = Reaching(answer.copy, on_wait=lambda: waits.append(None))
        assert reaching.until_answered(stopped) == answer
    assert waits == []
    assert reaching.why is None

    def wait_once() -> None:
        waits.append(reaching.why)
        stopped.set()

    reaching = Reaching(lambda: [lacking, FAR], on_wait=wait_once)
    assert reaching.until_answered(stopped) is None
    assert waits == [FAR]
