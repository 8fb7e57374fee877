"""What a ticket has to do with other people and other tickets, in lines for its agents."""

from collections.abc import Sequence
from typing import Final

from handlers.views.words import cut, escape, person
from store.models import Incident, LinkKind, Participant, Role, Ticket, TicketLink

MOST: Final = 8
"""Numbers in a line; the rest are counted."""


def lines(
    ticket: Ticket,
    joined: Sequence[Participant],
    links: Sequence[TicketLink],
    incident: Incident | None,
    *,
    vips: Sequence[str] = (),
) -> list[str]:
    """Only what there is. Other tickets appear by their number alone: a reader of this one need
    not be allowed to see them. `vips` are those among the people affected too.
    """
    return [
        *_people(joined, vips),
        *_incident(ticket, links, incident),
        *(
            told.format(link.other_id)
            for link in links
            if link.ticket_id == ticket.id and (told := _TO.get(LinkKind(link.kind)))
        ),
        *(
            told.format(_numbers([link.ticket_id for link in found]))
            for kind, told in _FROM.items()
            if (found := [n for n in links if n.other_id == ticket.id and n.kind == kind])
        ),
    ]


_TO: Final = {
    LinkKind.INCIDENT: "Part of major incident *#{}*",
    LinkKind.DUPLICATE: ":heavy_multiplication_x: Merged into *#{}*",
    LinkKind.SPLIT: "Split off from *#{}*",
    LinkKind.FOLLOW_UP: "Goes on from *#{}*",
}
_FROM: Final = {
    LinkKind.DUPLICATE: "Holds what was merged: {}",
    LinkKind.SPLIT: "Split off from it: {}",
    LinkKind.FOLLOW_UP: "Goes on as {}",
}


def _people(joined: Sequence[Participant], vips: Sequence[str]) -> list[str]:
    told = [
        f"{count} {word}"
        for role, word in (
            (Role.AFFECTED, "more affected"),
            (Role.WATCHER, "watching"),
            (Role.HELPER, "helping"),
        )
        if (count := sum(each.role == role for each in joined))
    ]
    told += [f"{person(vip)} :star: *VIP*" for vip in vips]
    return [f":busts_in_silhouette: {' · '.join(told)}"] if told else []


def _incident(ticket: Ticket, links: Sequence[TicketLink], incident: Incident | None) -> list[str]:
    if incident is None:
        return []
    linked = sum(link.other_id == ticket.id and link.kind == LinkKind.INCIDENT for link in links)
    count = f"{linked} ticket{'' if linked == 1 else 's'} linked"
    return [f":rotating_light: *Major incident:* {escape(incident.title)} · {count}"]


def _numbers(tickets: Sequence[int]) -> str:
    shown = ", ".join(f"#{number}" for number in tickets[:MOST])
    more = len(tickets) - MOST
    return cut(f"{shown} and {more} more" if more > 0 else shown, 200)
