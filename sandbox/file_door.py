"""Bytes of files: down with the app's token, up to an address that was given out for them."""

from sandbox.sharing import app_may_open
from sandbox.slack import Slack


class FileDoor:
    """Sends and takes what files hold."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    def download(self, file_id: str, token: str) -> bytes | None:
        """The bytes; None for whoever may not have them."""
        slack, workspace = self._slack, self._slack.workspace
        with workspace.lock:
            file = workspace.files.get(file_id)
            allowed = token == slack.app.bot_token and not slack.app.is_revoked
            if file is None or not allowed or not slack.app.use(["files:read"]):
                return None
            return workspace.content(file) if app_may_open(workspace, file) else None

    def upload(self, file_id: str, body: bytes) -> tuple[int, str]:
        """Status and words: exactly as many bytes as were announced, once."""
        workspace = self._slack.workspace
        with workspace.lock:
            if workspace.uploads.get(file_id) is not False:
                return 404, "no such upload"
            if len(body) != workspace.files[file_id].size:
                return 400, "the length is not the one announced"
            workspace.contents[file_id] = body
            workspace.uploads[file_id] = True
            return 200, f"OK - {len(body)}"
