"""Tests, named by what they promise. `tests/postgres.py` brings its own PostgreSQL."""
