"""How often the app may call: a bucket of permits per method, refilled by the sandbox's clock."""

import math
from dataclasses import dataclass
from datetime import datetime

TIERS = {"tier1": 1, "tier2": 20, "tier3": 50, "tier4": 100, "special": 300}
"""Calls a minute that Slack promises; it tolerates bursts, here one minute's worth."""

POSTS_PER_SECOND = 1.0
POST_BURST = 5
"""chat.postMessage: about one a second into one channel, a few more in a short burst."""

WORKSPACE_POSTS_PER_MINUTE = 300
"""Slack says several hundred chat.postMessage calls a minute for the whole workspace."""


@dataclass
class Bucket:
    """Permits that come back steadily."""

    size: float
    per_second: float
    level: float
    at: datetime

    def take(self, now: datetime) -> int:
        """0 when there was a permit; otherwise the whole seconds until the next one."""
        passed = max(0.0, (now - self.at).total_seconds())
        self.level = min(self.size, self.level + passed * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return max(1, math.ceil((1 - self.level) / self.per_second))


class RateLimits:
    """Answers whether a call may go through now; switch `enabled` off where time stands still."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def retry_after(self, now: datetime, method: str, tier: str, channel: str = "") -> int:
        """Seconds to wait before this call would be taken; 0 takes it and uses a permit up."""
        if not self.enabled:
            return 0
        per_minute = TIERS[tier]
        if method == "chat.postMessage":
            wait = self._take(now, (method, channel), POST_BURST, POSTS_PER_SECOND)
            if wait:
                return wait
            per_minute = WORKSPACE_POSTS_PER_MINUTE
        return self._take(now, (method, "*"), per_minute, per_minute / 60)

    def _take(self, now: datetime, key: tuple[str, str], size: float, per_second: float) -> int:
        if key not in self._buckets:
            self._buckets[key] = Bucket(size, per_second, size, now)
        return self._buckets[key].take(now)
