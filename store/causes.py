"""Why something is promised: so named that it has the same name when it is promised once more,
because a backup of the database was restored that does not know of the first time.
"""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

_OURS: Final = uuid.UUID("6f1c1f0e-5a0b-4c57-9d0c-3f2f6f1d7f11")


@dataclass
class Cause:
    """An alarm that rings. `maybe_said_since`: it was due while this desk did not run, so what it
    has to say may be in Slack since then, and is looked for before it is said.
    """

    name: str
    maybe_said_since: datetime | None = None
    _times: Counter[str] = field(default_factory=Counter)

    def key(self, *what: str) -> str:
        """The key of one of its messages; the second of the same sort has another one."""
        sort = " ".join(what)
        self._times[sort] += 1
        return str(uuid.uuid5(_OURS, f"{self.name} {sort} {self._times[sort]}"))
