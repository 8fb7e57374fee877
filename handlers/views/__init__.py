"""Block Kit from data: pure functions. Nothing here reads a database or calls Slack."""
