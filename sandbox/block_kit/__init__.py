"""Block Kit: what Slack takes and what it refuses, as tables and the code that reads them."""
