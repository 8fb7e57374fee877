"""What deskbell.toml says about endings that cannot be meant."""

from collections.abc import Iterator

from store.rules.policy import Policy
from store.rules.policy_ending import CAUSES
from store.rules.policy_mistakes import Finding


def ending_mistakes(policy: Policy) -> Iterator[Finding]:
    """Kinds of cause that cannot be chosen, and a follow-up that comes too late."""
    for key, topic in policy.topics.items():
        causes = policy.causes(key)
        if len({cause.casefold() for cause in causes}) < len(causes):
            fix = "two kinds of cause are the same, here or in [ending]; remove one."
            yield Finding(("topics", key, "causes"), fix)
        if len(causes) not in range(CAUSES + 1):
            fix = "with those of [ending] they are more than a menu of Slack's holds, 100."
            yield Finding(("topics", key, "causes"), fix)
        if "cause_kind" in policy.ending.required and not causes:
            fix = f"[topics.{key}] has no kinds of cause to choose from; add causes to [ending]."
            yield Finding(("ending", "required"), fix)
        if topic.follow_up is not None and topic.follow_up > policy.quiet.reopen_window:
            fix = (
                'what "came back" by then could not be reopened any more; ask earlier, or make '
                "quiet.reopen_window longer."
            )
            yield Finding(("topics", key, "follow_up"), fix)
