"""Rotas, paging, changes of shifts, drills and what goes out beyond Slack, through the sandbox."""
