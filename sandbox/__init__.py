"""A strict Slack on this machine: to try an app in, and to test it against.

It knows nothing of the app that it serves, only the app's manifest.
"""
