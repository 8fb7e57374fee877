"""Tickets that belong together, in words: for agents, and for the people who asked."""

from collections.abc import Callable
from typing import Any, Final

from handlers.views.bulletin import Bulletin
from handlers.views.words import Piece, Words
from store.models import AuditEvent, LinkKind
from store.rules.policy import Policy

Who = Callable[[str], Piece]

_LINKED: Final = {
    (LinkKind.INCIDENT, "to"): "linked it to major incident #{}",
    (LinkKind.INCIDENT, "from"): "linked #{} to this incident",
    (LinkKind.DUPLICATE, "from"): "merged #{} into this; its people hear here from now on",
    (LinkKind.SPLIT, "to"): "split it off from #{}",
    (LinkKind.SPLIT, "from"): "split off a part of it: #{}",
    (LinkKind.FOLLOW_UP, "to"): "opened it as a follow-up of #{}",
    (LinkKind.FOLLOW_UP, "from"): "opened a follow-up: #{}",
}
_UNLINKED: Final = {
    (LinkKind.INCIDENT, "to"): "took it out of major incident #{}",
    (LinkKind.INCIDENT, "from"): "took #{} out of this incident",
    (LinkKind.DUPLICATE, "from"): "undid the merge of #{}: it goes on by itself",
    (LinkKind.SPLIT, "to"): "undid the link to #{}, from which it was split off",
    (LinkKind.SPLIT, "from"): "undid the link to #{}, which was split off",
    (LinkKind.FOLLOW_UP, "to"): "undid the link to #{}, which it followed",
    (LinkKind.FOLLOW_UP, "from"): "undid the link to #{}, which followed it",
}


def linked(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: which ticket it has to do with now. Another ticket is a number and no more."""
    return _link(_LINKED, event, who)


def unlinked(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: which ticket it has nothing to do with any more."""
    return _link(_UNLINKED, event, who)


def merged(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: where it goes on."""
    told = f" merged it into #{_to(event, 'other')}: everything goes on there"
    return [who(event.actor), Words(told)]


def unmerged(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: it goes on by itself."""
    return [who(event.actor), Words(f" undid the merge into #{_to(event, 'other')}")]


def declared(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: the name that the trouble has for everybody."""
    told = [who(event.actor), Words(" declared a major incident: ")]
    return [*told, Words(str(_to(event, "title")), bold=True)]


def updated(event: AuditEvent, policy: Policy, who: Who) -> list[Piece]:
    """For agents: how many linked tickets an update reached."""
    count = _to(event, "linked") or 0
    what = f" told the requesters of this and of {count} linked ticket{'' if count == 1 else 's'}"
    return [who(event.actor), Words(what)]


def told_linked(bulletin: Bulletin) -> list[Piece]:
    """To whoever asked: theirs is part of a known trouble."""
    return bulletin.tell(
        "Your {ticket} is part of something bigger that we know of: *{incident}*. "
        "You hear here as soon as there is news."
    )


def told_unlinked(bulletin: Bulletin) -> list[Piece]:
    """To whoever asked: theirs is something else."""
    return bulletin.tell(
        "Your {ticket} is not part of *{incident}* after all. We look at it by itself."
    )


def told_update(bulletin: Bulletin) -> list[Piece]:
    """To whoever asked: what an agent wrote to everybody concerned."""
    author = bulletin.agent(bulletin.words.author if bulletin.words else None)
    return bulletin.tell("{author} writes about *{incident}*, and your {ticket}:", author=author)


def told_merged(bulletin: Bulletin) -> list[Piece]:
    """To whoever asked: where theirs went, and that nothing is lost."""
    return bulletin.tell(
        "Your {ticket} is about the same as ticket *{other}*, so we go on with both together "
        "there. You still hear *in this thread*, and what you write here reaches the agents.",
        other=bulletin.other,
    )


def told_unmerged(bulletin: Bulletin) -> list[Piece]:
    """To whoever asked: theirs is its own again."""
    return bulletin.tell(
        "Your {ticket} is another matter than ticket *{other}* after all. We go on with yours by "
        "itself; you hear *in this thread*.",
        other=bulletin.other,
    )


def _link(words: dict[tuple[LinkKind, str], str], event: AuditEvent, who: Who) -> list[Piece]:
    key = LinkKind(_to(event, "link")), str(_to(event, "way"))
    return [who(event.actor), Words(f" {words[key].format(_to(event, 'other'))}")]


def _to(event: AuditEvent, field: str) -> Any:
    return event.changes[field][1]
