"""All parts of the local Slack that need no network, in one place."""

from sandbox.clock import SandboxClock
from sandbox.company import Company
from sandbox.delivery import Delivery
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.installation import Installation
from sandbox.interactions import ResponseUrls, Triggers
from sandbox.manifest import Manifest
from sandbox.rate_limits import RateLimits
from sandbox.socket_mode import SocketMode
from sandbox.workspace import Workspace


class Slack:
    """A workspace, the app installed in it, and the rules between them.

    `seconds_to_answer` is Slack's three seconds: for acks, and for opening a modal after a click;
    `retry_after` how long it waits before each repetition of an event.
    """

    def __init__(
        self,
        manifest: Manifest,
        company: Company,
        clock: SandboxClock,
        *,
        rate_limits: bool,
        seconds_to_answer: float,
        retry_after: tuple[float, ...],
        seed: int,
    ) -> None:
        self.clock = clock
        self.app = Installation(manifest)
        bot_name = manifest.features.bot_user.display_name
        self.workspace = Workspace(company, clock, bot_name=bot_name)
        self.triggers = Triggers(seconds_to_answer)
        self.response_urls = ResponseUrls()
        self.rate_limits = RateLimits(enabled=rate_limits)
        self.faults = Faults(clock, seed, self._channel_id)
        self.delivery = Delivery(self.workspace, self.faults, seconds_to_answer, retry_after)
        self.events = Events(self.workspace, self.app, self.delivery)
        self.socket_mode = SocketMode(self.workspace)
        self.host = ""

    def _channel_id(self, name: str) -> str:
        channel = self.workspace.find_channel(name)
        return channel.id if channel else name
