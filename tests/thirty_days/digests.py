"""Floods: what comes at once in a channel is told in one message (docs/operating.md, "Floods")."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from tests.thirty_days.comparing import PATIENCE
from tests.thirty_days.reading import Digest
from tests.thirty_days.words import Said

MANY: Final = 5
"""So many deadlines are still told one by one."""

NAMED: Final = 20
"""Tickets that one message names."""

Flood = tuple[int, str]


def floods(expected: Iterable[Said], pages: Callable[[int, int], bool]) -> dict[Flood, set[Said]]:
    """By minute and channel the deadlines that come together. Whatever is about a ticket that
    pages is told by itself.
    """
    together: defaultdict[Flood, set[Said]] = defaultdict(set)
    for said in expected:
        if said.word.what == "notice" and not pages(said.word.ticket, said.at):
            together[said.at, said.word.to].add(said)
    return {flood: words for flood, words in together.items() if len(words) > MANY}


def drowned(wanted: dict[Flood, set[Said]], found: Sequence[Digest]) -> Iterator[str]:
    """Digests that are missing, said for no reason, or not about what came together."""
    left = list(found)
    for (at, to), words in sorted(wanted.items()):
        tickets = {said.word.ticket for said in words}
        digest = next(
            (each for each in left if each.to == to and 0 <= each.at - at <= PATIENCE), None
        )
        if digest is None:
            yield f"digest to {to} at {at}: not said"
            continue
        left.remove(digest)
        if not _is_about(digest, tickets):
            yield f"digest to {to} at {at} is about {digest}, not about {sorted(tickets)}"
    yield from (f"digest to {each.to} at {each.at}: said for no reason" for each in left)


def _is_about(digest: Digest, tickets: Collection[int]) -> bool:
    return (
        digest.about == len(tickets)
        and len(digest.named) == len(set(digest.named)) == min(len(tickets), NAMED)
        and set(digest.named) <= set(tickets)
    )
