"""What the desk does with its clocks, driven through the local Slack on both databases."""
