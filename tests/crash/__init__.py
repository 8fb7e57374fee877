"""The desk is killed with SIGKILL at every SQL statement and every Slack call."""
