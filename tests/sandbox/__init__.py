"""Tests of the local Slack itself: it must refuse what Slack refuses."""
