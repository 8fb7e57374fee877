"""Thirty days of a busy desk, and an auditor who was not there: only the audit trail says what
happened, deskbell.toml what was promised. What people read in Slack must be what they should have.
"""
