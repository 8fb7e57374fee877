"""Slack's own lines to the person, such as "the app did not respond", as toasts."""

from nicegui import ui

from sandbox.page.visit import Visit


class Notices:
    """Shows what is new since the tab was opened, to whoever is acting then."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._seen = {user_id: len(lines) for user_id, lines in visit.workspace.notices.items()}

    def refresh(self) -> None:
        """Toast what came since the last look."""
        visit = self._visit
        lines = visit.workspace.notices.get(visit.user_id, [])
        for notice in lines[self._seen.get(visit.user_id, 0) :]:
            ui.notify(
                notice.text, position="top", timeout=8000, close_button="OK", classes="slack-notice"
            )
        self._seen[visit.user_id] = len(lines)
