"""The running desk: where settings, store, handlers, clockwork and Slack meet."""

__version__ = "0.1.0"
