"""Telling a thank-you from a complaint, so that "thanks!" does not reopen a ticket."""

import re
from typing import Final

_KIND_WORDS: Final = frozenset(
    [
        "thank",
        "thanks",
        "thx",
        "ty",
        "cheers",
        "great",
        "perfect",
        "awesome",
        "super",
        "nice",
        "good",
        "excellent",
        "brilliant",
        "cool",
        "ok",
        "okay",
        "yes",
        "yep",
        "works",
        "working",
        "fixed",
        "solved",
        "fine",
        "all",
        "sorted",
        "now",
        "it",
        "its",
        "is",
        "that",
        "you",
        "very",
        "much",
        "so",
        "a",
        "lot",
        "again",
        "the",
        "for",
        "your",
        "help",
        "kind",
        "regards",
        "have",
        "day",
        "lovely",
        "wonderful",
        "well",
        "done",
        "many",
        "everything",
        "this",
        "guys",
        "team",
        "both",
        "and",
        "too",
        "got",
        "we",
        "i",
        "am",
        "happy",
        "appreciated",
        "appreciate",
        "danke",
        "merci",
        "gracias",
        "obrigado",
        "grazie",
    ]
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_EMOJI: Final = re.compile(r":[a-z0-9_+-]+:")


def is_thanks(text: str) -> bool:
    """Whether a message to a finished ticket says only thanks or that all is well.

    In doubt it is not: a ticket reopened in vain costs a click, a complaint overheard costs a day.
    """
    words = [word.lower() for word in _WORD.findall(_EMOJI.sub(" ", text.replace("'", "")))]
    return all(word in _KIND_WORDS for word in words)
