"""The running desk against the local Slack: nothing in between is faked."""
