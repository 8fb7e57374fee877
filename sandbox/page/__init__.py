"""The browser page of the local Slack: act as anyone, see what they see, push time ahead."""
