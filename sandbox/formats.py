"""Records as the JSON that the Web API, events and interactions show of them."""

from urllib.parse import quote
from zoneinfo import ZoneInfo

from sandbox.company import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from sandbox.records import Channel, File, Json, Message, User, UserGroup, View
from sandbox.workspace import Workspace


def user_json(workspace: Workspace, user: User, *, with_email: bool = True) -> Json:
    """A user as users.info shows it; several keys are missing once somebody is deactivated."""
    profile: Json = {
        "title": user.title,
        "phone": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.real_name,
        "display_name_normalized": user.real_name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "fields": None,
        "team": TEAM_ID,
    }
    if with_email and user.email:
        profile["email"] = user.email
    if user.is_bot:
        profile |= {"bot_id": BOT_ID, "api_app_id": APP_ID}
    shown: Json = {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.handle,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    return shown if user.deleted else shown | _active(workspace, user)


def _active(workspace: Workspace, user: User) -> Json:
    offset = workspace.clock.now().astimezone(ZoneInfo(user.tz)).utcoffset()
    return {
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz.rpartition("/")[2].replace("_", " "),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": user.is_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }


def channel_json(channel: Channel) -> Json:
    """A conversation as conversations.info shows it to the bot."""
    if channel.is_im:
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_archived": False,
            "user": channel.partner,
            "context_team_id": TEAM_ID,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "group",
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "is_member": BOT_USER_ID in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "context_team_id": TEAM_ID,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> Json:
    """A message as history shows it; a parent tells about its replies."""
    shown: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    shown["team"] = TEAM_ID
    optional = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": [
            file_json(workspace, workspace.files[f]) for f in message.files if f in workspace.files
        ],
        "reactions": [
            {"name": name, "users": users, "count": len(users)}
            for name, users in message.reactions.items()
        ],
    }
    shown |= {key: value for key, value in optional.items() if value}
    if message.bot_id:
        shown |= {"bot_id": message.bot_id, "app_id": APP_ID}
        shown["bot_profile"] = _bot_profile(workspace)
    if message.edited_ts:
        shown["edited"] = {"user": message.edited_by, "ts": message.edited_ts}
    if with_metadata and message.metadata:
        shown["metadata"] = message.metadata
    return shown | _thread_json(workspace, message)


def _bot_profile(workspace: Workspace) -> Json:
    name = workspace.users[BOT_USER_ID].real_name
    return {"id": BOT_ID, "app_id": APP_ID, "name": name, "deleted": False, "team_id": TEAM_ID}


def _thread_json(workspace: Workspace, message: Message) -> Json:
    if message.root_ts:
        parent = workspace.message(message.channel, message.root_ts)
        return {"thread_ts": message.root_ts, "parent_user_id": parent.user if parent else ""}
    replies = workspace.replies(message.channel, message.ts)
    if not replies:
        return {}
    authors = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(authors),
        "reply_users": authors,
        "latest_reply": replies[-1].ts,
    }


def view_json(view: View) -> Json:
    """A view with what was typed into it so far, as interactions and views.open show it."""
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": view.values},
        "hash": view.hash,
        "title": view.title or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": view.clear_on_close,
        "notify_on_close": view.notify_on_close,
        "close": view.close,
        "submit": view.submit,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": view.external_id,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def group_json(group: UserGroup, *, with_users: bool = False) -> Json:
    """A user group; `date_delete` other than zero means disabled."""
    shown: Json = {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "date_update": group.updated,
        "date_delete": group.updated or 1 if group.disabled else 0,
        "user_count": len(group.users),
    }
    return shown | {"users": list(group.users)} if with_users else shown


def file_json(workspace: Workspace, file: File) -> Json:
    """A file as messages, forms and files.info show it."""
    ending = file.name.rpartition(".")[2].lower()
    home, name = f"{workspace.files_home}/files-pri/{TEAM_ID}-{file.id}", quote(file.name)
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": ending,
        "pretty_type": ending.upper(),
        "user": file.user,
        "user_team": TEAM_ID,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(workspace.channels[c].kind == "channel" for c in file.channels),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{home}/{name}",
        "url_private_download": f"{home}/download/{name}",
        "permalink": f"https://{workspace.domain}.slack.com/files/{file.user}/{file.id}/{name}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
