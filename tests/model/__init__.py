"""Whole lives of tickets at random, against a small model of what a desk should do."""
