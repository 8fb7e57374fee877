"""Waiting, progress, noise, preferences, and what reaches whom, through the local Slack."""
