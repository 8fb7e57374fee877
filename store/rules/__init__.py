"""Decisions without Slack, SQL or a clock: everything here is a pure function or a value."""
