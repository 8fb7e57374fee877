"""Tickets that concern several people, and several tickets that are one."""
