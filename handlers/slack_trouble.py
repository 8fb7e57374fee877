"""Slack's words for trouble that has nothing to do with what was asked of it.

Sources of the names: Slack's reference pages of the methods that the desk calls.
"""

from typing import Final

BUSY: Final = frozenset({"ratelimited", "rate_limited"})
"""Too much at once, for now."""

SILENT: Final = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
"""Its own trouble; parts of what was asked may have been done."""

SHUT_OUT: Final = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "accesslimited",
        "enterprise_is_restricted",
        "not_allowed_token_type",
        "team_access_not_granted",
        "two_factor_setup_required",
    }
)
"""Our token opens nothing any more."""
