"""Messages that their authors edit or delete after the desk has read them."""

from datetime import datetime

from handlers import payload
from handlers.names import name_of
from handlers.payload import Body
from store import following
from store.database import Store


def follow(body: Body, store: Store, *, at: datetime) -> bool:
    """Let what we made of a message follow it. False: it is no change of a message that we know.
    Edits also come with what is read from the history after a gap.
    """
    changed = payload.changed(body)
    if changed is None:
        return False
    with store.snapshot() as session:
        if not following.is_known(session, changed.channel, changed.ts):
            return False
    with store.transaction() as session:
        if changed.now is None:
            following.deleted(session, changed.channel, changed.ts, at=at)
        else:
            text = changed.now.text(lambda user: name_of(session, user))
            following.edited(
                session, changed.channel, changed.ts, text=text, written_at=changed.at, at=at
            )
    return True
