"""What should have been said against what was said."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tests.thirty_days.words import Said, Word

PATIENCE: Final = 3
"""Minutes: a channel takes one message a second, and many have to wait for their turn."""

BUNDLED: Final = {"reminder", "breach", "climb", "edited"}
NEEDED_ONLY: Final = {"promise", "moved"}
"""These may be said more often than they have to be: by every message that tells how things stand.
Whether they are true then is looked at by itself.
"""


def differences(expected: Iterable[Said], found: Iterable[Said]) -> list[str]:
    """Every word that is missing, late, early, or said for no reason; in words."""
    expected, found = list(expected), list(found)
    unnamed = _unnamed(expected, found)
    should = _by_word(said for said in expected if said not in unnamed)
    did = _by_word(said for said in found if said.word.what != "more")
    told: list[str] = []
    for word in sorted({*should, *did}):
        told += _compared(word, should.get(word, Counter()), did.get(word, Counter()))
    return told


def _unnamed(expected: Sequence[Said], found: Sequence[Said]) -> set[Said]:
    """What a long bundle only counts: so many words to that person as it says, and no others."""
    unnamed: set[Said] = set()
    for at, word in (said for said in found if said.word.what == "more"):
        rest = {
            said
            for said in expected
            if said.at == at and said.word.to == word.to and said.word.what in BUNDLED
        }.difference(found)
        if len(rest) == int(word.about):
            unnamed |= rest
    return unnamed


def _compared(word: Word, should: Counter[int], did: Counter[int]) -> Iterator[str]:
    """What was said in its minute first; then what had to wait for its turn."""
    left = sorted((did - should).elements())
    for at in sorted((should - did).elements()):
        heard = next((each for each in left if at <= each <= at + PATIENCE), None)
        if heard is None:
            yield f"{_named(word)} at {at}: not said"
        else:
            left.remove(heard)
    if word.what not in NEEDED_ONLY:
        yield from (f"{_named(word)} at {at}: said for no reason" for at in left)


def bundled(expected: Iterable[Said], bundles: Sequence[Said]) -> list[str]:
    """Whoever has to hear several things in one minute hears them in one message."""
    should = {(said.at, said.word.to) for said in expected if said.word.what in BUNDLED}
    wanted = [Said(at, Word("bundle", to, 0, "")) for at, to in should]
    return differences(wanted, bundles)


def _by_word(said: Iterable[Said]) -> dict[Word, Counter[int]]:
    found: defaultdict[Word, Counter[int]] = defaultdict(Counter)
    for each in said:
        found[each.word][each.at] += 1
    return found


def _named(word: Word) -> str:
    return f"{word.what} to {word.to}, ticket {word.ticket}, {word.about}"


def kinds(said: Iterable[Said]) -> Counter[str]:
    """How much of everything was said."""
    return Counter(each.word.what for each in said)
