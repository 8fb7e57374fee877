"""Who may see and change what. Asked by every operation, not by the views.

Roles come from `deskbell.toml`, where people are Slack user ids, e-mail addresses or user groups.
"""

from collections.abc import Collection, Iterable
from functools import cache

from sqlalchemy import BindParameter, CompoundSelect, bindparam, func, or_, select

from store.database import DeskSession
from store.models import GroupMember, Page, Participant, Person, Ring, Role, Ticket, table_of
from store.rules.errors import NotAllowed, Refused
from store.rules.sentences import everybody as say


def is_agent(session: DeskSession, user: str) -> bool:
    """Whether the person works tickets of any team, leads one, or is an admin."""
    policy = session.policy
    named = [ref for team in policy.teams.values() for ref in (*team.agents, team.lead) if ref]
    return _is_one_of(session, user, [*named, *policy.admins])


def is_admin(session: DeskSession, user: str) -> bool:
    """Admins may act on any ticket."""
    return _is_one_of(session, user, session.policy.admins)


def is_vip(session: DeskSession, user: str) -> bool:
    """Whether the settings call the person a VIP: for agents to know, not for the person."""
    return bool(session.policy.vips) and _is_one_of(session, user, session.policy.vips)


def vips_of(session: DeskSession, ticket: Ticket) -> frozenset[str]:
    """Who of those for whom the ticket was opened is a VIP."""
    return frozenset(
        user for user in (ticket.requester, ticket.affected) if user and is_vip(session, user)
    )


def teams_of(session: DeskSession, user: str) -> set[str]:
    """Keys of the teams in which the person is agent or lead."""
    return {key for key in session.policy.teams if is_of_team(session, user, key)}


def is_of_team(session: DeskSession, user: str, key: str) -> bool:
    """Whether the person is agent or lead there. A team gone from the settings has nobody."""
    team = session.policy.teams.get(key)
    return team is not None and _is_one_of(
        session, user, [ref for ref in (*team.agents, team.lead) if ref]
    )


def leads_of(session: DeskSession, team: str) -> list[str]:
    """User ids of whoever leads the team; empty when nobody does."""
    lead = session.policy.teams[team].lead
    return active_people(session, [lead]) if lead else []


def admins(session: DeskSession) -> list[str]:
    """User ids of the admins."""
    return active_people(session, session.policy.admins)


def is_blocked(session: DeskSession, user: str) -> bool:
    """Whether the policy takes no tickets from the person."""
    return _is_one_of(session, user, session.policy.intake.blocked)


def active_people(session: DeskSession, references: Iterable[str]) -> list[str]:
    """Active user ids behind references as the settings write them, each once."""
    return _active(session, _people(session, references))


def leavers(session: DeskSession, references: Iterable[str]) -> dict[str, str]:
    """Those of these references that stand for somebody whose account Slack has deactivated, with
    the user id. Somebody not yet known is no leaver.
    """
    named = {ref.lower(): ref for ref in references}
    found = session.execute(
        select(Person.id, Person.email).where(
            Person.is_active.is_(False),
            or_(func.lower(Person.id).in_(named), Person.email.in_(named)),
        )
    )
    return {named.get(user.lower()) or named[email or ""]: user for user, email in found}


def may_work(session: DeskSession, ticket: Ticket, user: str) -> bool:
    """Agents help each other across teams, but a private topic is its team's alone. Whoever was
    called for a ticket may work it too, agent or not.
    """
    if is_private(session, ticket):
        works = is_of_team(session, user, ticket.team)
    else:
        works = is_agent(session, user)
    return works or was_called(session, ticket, user)


def was_called(session: DeskSession, ticket: Ticket, user: str) -> bool:
    """Whether a page for this ticket rang for the person."""
    rang = select(Ring.person).join(Page).where(Page.ticket_id == ticket.id, Ring.person == user)
    return session.scalar(rang.limit(1)) is not None


def may_see(session: DeskSession, ticket: Ticket, user: str) -> bool:
    """The requester, the affected, whoever else takes part, and those who may work it."""
    return (
        user in {ticket.requester, ticket.affected}
        or may_work(session, ticket, user)
        or takes_part(session, ticket, user, *Role)
    )


def is_own(session: DeskSession, ticket: Ticket, user: str) -> bool:
    """Whether the ticket is the person's own: its requester, or affected by it."""
    return user in {ticket.requester, ticket.affected} or takes_part(
        session, ticket, user, Role.AFFECTED
    )


def takes_part(session: DeskSession, ticket: Ticket, user: str, *roles: Role) -> bool:
    """Whether somebody joined the ticket in one of these roles, and has not left it."""
    found = select(Participant.id).where(
        Participant.ticket_id == ticket.id,
        Participant.person == user,
        Participant.role.in_(roles),
        Participant.left_at.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def is_private(session: DeskSession, ticket: Ticket) -> bool:
    """Whether the ticket's topic hides it from other teams. A topic gone from the settings
    hides it still: it is the safer guess.
    """
    topic = session.policy.topics.get(ticket.topic)
    return topic is None or topic.private


def require_work(session: DeskSession, ticket: Ticket, user: str) -> None:
    """Raise NotAllowed unless the person may work this ticket."""
    if not may_work(session, ticket, user):
        raise NotAllowed(say.only_agents(ticket.id))


def require_ear(session: DeskSession, ticket: Ticket, user: str) -> None:
    """Raise NotAllowed unless the ticket is the person's own."""
    if not is_own(session, ticket, user):
        raise _nobody(ticket)


def require_voice(session: DeskSession, ticket: Ticket, user: str) -> bool:
    """Whether it is the person's own. Raise NotAllowed unless it is, or they watch it: what
    watchers say is heard, and decides nothing.
    """
    owns = is_own(session, ticket, user)
    if not owns and not takes_part(session, ticket, user, Role.WATCHER):
        raise _nobody(ticket)
    return owns


def require_reachable(session: DeskSession, user: str) -> Person | None:
    """Raise Refused for somebody who cannot be helped here; None when not yet known."""
    person = session.get(Person, user)
    if person is None:
        return None
    if person.is_bot:
        raise Refused(say.is_an_app(person.name))
    if not person.is_active:
        raise Refused(say.is_deactivated(person.name))
    if person.is_foreign and session.policy.intake.other_organisations == "may not ask":
        raise Refused(say.is_elsewhere(person.name))
    return person


def _nobody(ticket: Ticket) -> NotAllowed:
    return NotAllowed(say.only_owners(ticket.id))


def _is_one_of(session: DeskSession, user: str, references: Collection[str]) -> bool:
    """Whether one of these user ids, e-mail addresses and user groups stands for the person. Who
    is named by the user id need not be asked for.
    """
    if user in references:
        return True
    others = [_as_kept(reference) for reference in references if not _is_user_id(reference)]
    return bool(others) and not _names(session, user).isdisjoint(others)


def _names(session: DeskSession, user: str) -> frozenset[str]:
    """Every reference that stands for the person: asked once a transaction, because every click
    asks for several teams, and for one person rather than for everybody in the settings.
    """
    known = session.names.get(user)
    if known is None:
        known = frozenset([user, *session.scalars(_other_names(), {"user": user})])
        session.names[user] = known
    return known


@cache
def _other_names() -> CompoundSelect[tuple[str]]:
    person, member = table_of(Person), table_of(GroupMember)
    user: BindParameter[str] = bindparam("user")
    email = select(person.c.email).where(person.c.id == user, person.c.email.is_not(None))
    return email.union_all(select(member.c.group_id).where(member.c.person == user))


def _as_kept(reference: str) -> str:
    """E-mail addresses are kept in small letters."""
    return reference.lower() if "@" in reference else reference


def _people(session: DeskSession, references: Iterable[str]) -> list[str]:
    """User ids behind user ids, e-mail addresses and user groups, in order, each once."""
    known = _directory(session)
    found: dict[str, None] = {}
    for reference in references:
        users = [reference] if _is_user_id(reference) else known.get(reference, [])
        found.update(dict.fromkeys(users))
    return list(found)


def _directory(session: DeskSession) -> dict[str, list[str]]:
    """Whom each e-mail address and user group of the settings stands for: read once a
    transaction, in a query each, because every click asks for several teams.
    """
    if session.directory is None:
        session.directory = {}
        named = {ref for ref in session.policy.people if not _is_user_id(ref)}
        emails = {ref.lower(): ref for ref in named if "@" in ref}
        if emails:
            for email, user in session.execute(
                select(Person.email, Person.id).where(Person.email.in_(emails))
            ):
                session.directory.setdefault(emails[email or ""], []).append(user)
        if groups := named - set(emails.values()):
            for group, user in session.execute(
                select(GroupMember.group, GroupMember.person)
                .where(GroupMember.group.in_(groups))
                .order_by(GroupMember.person)
            ):
                session.directory.setdefault(group, []).append(user)
    return session.directory


def _is_user_id(reference: str) -> bool:
    return "@" not in reference and not reference.startswith("S")


def _active(session: DeskSession, users: list[str]) -> list[str]:
    """Without those whom Slack has deactivated; people not yet synced count as active. Asked once
    a transaction, because thousands of deadlines have the same few leads.
    """
    unknown = [user for user in users if user not in session.active]
    if unknown:
        found = select(Person.id).where(Person.id.in_(unknown), Person.is_active.is_(False))
        gone = set(session.scalars(found))
        session.active |= {user: user not in gone for user in unknown}
    return [user for user in users if session.active[user]]
