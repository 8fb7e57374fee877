"""Which scope an app needs for what; sources are Slack's method and event pages of 2026."""

from sandbox.records import ChannelKind

READ: dict[ChannelKind, str] = {
    "channel": "channels:read",
    "group": "groups:read",
    "im": "im:read",
}
HISTORY: dict[ChannelKind, str] = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
}

EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_uninstalled": (),
    "tokens_revoked": (),
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "subteam_members_changed": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_rename": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "file_shared": ("files:read",),
}
"""Any one of an event's scopes is enough; none listed means that none is needed."""

MESSAGE_EVENTS: dict[ChannelKind, str] = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
}
"""The subscription that covers messages, by kind of conversation."""
