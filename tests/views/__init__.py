"""What people read in Slack: within its limits, safe, and saying the right thing."""
