"""What a form shows below the summary while it is written: perhaps nobody needs to send it."""

from zlib import crc32

from slack_sdk.models.blocks import Block, ButtonElement, ContextBlock, SectionBlock
from slack_sdk.models.views import View

from handlers.routes import Action, Form
from handlers.views.form import modal
from handlers.views.words import Words, isolated, phrase, plain, said
from store.models import Solution, Ticket
from store.suggestions import Known, Suggestions


def suggested(found: Suggestions) -> list[Block]:
    """Solutions first: they help at once. Nothing, if nothing was found."""
    blocks: list[Block] = []
    if found.solutions:
        blocks.append(_intro("Does this help?"))
        blocks += [block for solution in found.solutions for block in _solution(solution)]
    if found.tickets:
        blocks.append(_intro("Is it one of these? Then you need not send a new one."))
        blocks += map(_ticket, found.tickets)
    return blocks


def fingerprint(found: Suggestions) -> int:
    """The same one for what looks the same."""
    offered = [(solution.id, solution.changed_at) for solution in found.solutions]
    return crc32(repr((found.tickets, offered)).encode())


def joined(ticket: Ticket) -> View:
    """After "Same for me"; the form is still below."""
    told = phrase(
        "You are with ticket *{number}* ({summary}) now: you hear everything about it in our "
        "messages, and can answer there.",
        number=ticket.number, summary=isolated(ticket.summary),
    )  # fmt: skip
    return _settled("Same for me", [said(told), _not_sent()])


def solved(solution: Solution) -> View:
    """After "This solved it"; the form is still below."""
    told = phrase("Good to hear that *{title}* helped.", title=isolated(solution.title))
    return _settled("This solved it", [said(told), _not_sent()])


def _settled(title: str, blocks: list[Block]) -> View:
    """Only a submission can close the form below as well."""
    return modal(title, blocks, form=Form.SETTLED, submit="Done", close="Back to the form")


def _not_sent() -> ContextBlock:
    return _intro(
        "What you began to write was not sent. If it is something else after all, go back and "
        "send it."
    )


def _intro(text: str) -> ContextBlock:
    return ContextBlock(elements=[plain(text)])


def _solution(solution: Solution) -> list[Block]:
    solved_it = ButtonElement(
        action_id=Action.SOLVED, text=plain("This solved it"), value=str(solution.id)
    )
    title = said([Words(isolated(solution.title), bold=True)])
    return [title, SectionBlock(text=plain(isolated(solution.answer)), accessory=solved_it)]


def _ticket(known: Known) -> SectionBlock:
    state = f"known incident, {known.status.label}" if known.is_incident else known.status.label
    told = f"#{known.ticket} · {isolated(known.summary)}\n{state}{_whose(known)}"
    value = f"{known.ticket}:{known.version}"
    action, label = (Action.OPEN, "Open") if known.is_own else (Action.SAME, "Same for me")
    button = ButtonElement(action_id=action, text=plain(label), value=value)
    return SectionBlock(text=plain(told), accessory=button)


def _whose(known: Known) -> str:
    if known.is_own:
        return ", yours"
    if known.affected > 1:
        return f", {known.affected} people have it"
    return ", a colleague has it"
