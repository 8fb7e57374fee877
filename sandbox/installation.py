"""The app as it is installed: its tokens, its scopes, and what it made use of."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sandbox.company import APP_ID
from sandbox.manifest import Manifest


class Installation:
    """One app in one workspace.

    `scopes_needed` and `methods_called` grow while the app works, so that a test can prove that
    the manifest asks for nothing in vain.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.bot_token = f"xoxb-sandbox-{secrets.token_hex(12)}"
        self.app_token = f"xapp-1-{APP_ID}-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self.scopes = set(manifest.bot_scopes)
        self.scopes_needed: set[str] = set()
        self.methods_called: set[str] = set()
        self.revoked_since: datetime | None = None
        self.scopes_lost: dict[str, datetime] = {}
        """Scopes that were granted once, and since when they are not."""

    @property
    def is_revoked(self) -> bool:
        """Whether its tokens are worth nothing."""
        return self.revoked_since is not None

    def use(self, scopes: Iterable[str]) -> bool:
        """Whether one of `scopes` is granted; remembers the one that was needed."""
        wanted = list(scopes)
        granted = [scope for scope in wanted if scope in self.scopes]
        self.scopes_needed.update(granted[:1])
        return bool(granted) or not wanted
