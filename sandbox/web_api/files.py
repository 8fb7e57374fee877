"""files.*: what is known of a file, and uploading in three steps."""

from collections.abc import Sequence

from sandbox.company import BOT_ID, BOT_USER_ID
from sandbox.formats import file_json
from sandbox.interactions import Refused
from sandbox.records import Channel, File, Json, Message
from sandbox.sharing import app_may_open, share, upload
from sandbox.web_api.chat import content, thread_of_call, writable_channel
from sandbox.web_api.method import Call, method


@method(
    "files.info",
    tier="tier4",
    scope="files:read",
    required="file",
    optional="count cursor limit page",
    json_body=False,
)
def file_info(call: Call) -> Json:
    """What is known about an uploaded file that the app may open."""
    return {"file": file_json(call.workspace, _file(call, call.text("file")))}


@method(
    "files.getUploadURLExternal",
    tier="tier4",
    scope="files:write",
    required="length filename",
    optional="snippet_type alt_txt",
    json_body=False,
)
def upload_url(call: Call) -> Json:
    """The first step: where exactly so many bytes may be sent to, once."""
    length = str(call.args.get("length"))
    if not length.isdecimal() or int(length) == 0:
        raise Refused("missing_argument")
    workspace = call.workspace
    file = upload(workspace, BOT_USER_ID, call.text("filename"), size=int(length))
    workspace.uploads[file.id] = False
    return {"upload_url": f"{workspace.files_home}/upload/v1/{file.id}", "file_id": file.id}


@method(
    "files.completeUploadExternal",
    tier="tier4",
    scope="files:write",
    required="files",
    optional="channel_id thread_ts channels initial_comment blocks username icon_url icon_emoji",
)
def complete_upload(call: Call) -> Json:
    """The last step; without a channel only the app can open the files."""
    given = call.parsed("files", "invalid_arguments")
    files = [_uploaded(call, str(each.get("id"))) for each in given]
    for file, each in zip(files, given, strict=True):
        file.title = str(each.get("title") or file.name)
        del call.workspace.uploads[file.id]
    if call.text("channel_id"):
        call.args["channel"] = call.text("channel_id")
        _post(call, writable_channel(call), files)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


@method("files.delete", tier="tier3", scope="files:write", required="file")
def delete(call: Call) -> Json:
    """Deletes a file of the app's own."""
    file = _file(call, call.text("file"))
    if file.user != BOT_USER_ID:
        raise Refused("cant_delete_file")
    del call.workspace.files[file.id]
    call.workspace.touch()
    return {}


def _post(call: Call, channel: Channel, files: Sequence[File]) -> None:
    call.args["text"] = call.text("initial_comment") or " "
    text, blocks = content(call)
    for file in files:
        share(file, channel.id)
    message = Message(
        channel=channel.id,
        ts=call.workspace.new_ts(),
        user=BOT_USER_ID,
        text=text.strip(),
        blocks=blocks,
        bot_id=BOT_ID,
        root_ts=thread_of_call(call, channel),
        subtype="file_share",
        files=[file.id for file in files],
    )
    call.workspace.add(message)
    call.slack.events.posted(message)


def _file(call: Call, file_id: str) -> File:
    file = call.workspace.files.get(file_id)
    if file is None or file_id in call.workspace.uploads:
        raise Refused("file_not_found")
    if not app_may_open(call.workspace, file):
        raise Refused("file_not_found")
    return file


def _uploaded(call: Call, file_id: str) -> File:
    """Refused unless all its bytes have arrived."""
    if not call.workspace.uploads.get(file_id):
        raise Refused("file_not_found")
    return call.workspace.files[file_id]
