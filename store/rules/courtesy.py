"""Telling a thank-you from a complaint, so that "thanks!" does not reopen a ticket."""

import re
import unicodedata
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


_PLEASED: Final = _words(
    """
    thank thanks thankyou thx thnx thanx tks ty tysm cheers ta danke merci gracias obrigado obrigada
    grazie great perfect perfectly awesome super nice nicely good excellent brilliant brill cool ok
    okay okey yes yep yeah yup works worked working fixed solved resolved fine sorted wonderful
    lovely well done appreciated appreciate happy amazing fantastic confirmed legend yay hooray
    """
)
"""One of these has to be there, unless a happy emoji stands for all words."""

_BESIDE: Final = _words(
    """
    all now it its that thats you very much so a lot again the for your help kind kindly regards
    have had day many everything this guys team both and too got we i im is am ive just really quick
    quickly fast prompt speedy service support job work running as everyone folks like charm
    """
)
_ASKS: Final = _words("is are am do does did can could will would was has what why how when")
"""A sentence that begins so is a question, with its mark or without."""

_AGREED: Final = re.compile(
    r"\b(i can confirm|you (can|may) close (it|this|that|the ticket)|no (more )?problems?)\b"
)
_UNHAPPY: Final = _words(
    """
    -1 thumbsdown x disappointed cry sob rage angry face_with_symbols_on_mouth confused
    slightly_frowning_face white_frowning_face frowning weary tired_face broken_heart worried
    pensive no_entry no_good warning question grey_question thinking_face sos rotating_light
    """
)
_SAD_SIGNS: Final = re.compile("[👎😞😟😠😡🤬😢😭🙁☹😕😩😫💔❌🤔😣😖]|:-?[(/]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_EMOJI: Final = re.compile(r":([a-z0-9_+-]+):")


def is_thanks(text: str) -> bool:
    """Whether a message says only thanks or that all is well. A question never does.

    In doubt it is not: a ticket asked about in vain costs a click, a complaint overheard costs a
    day.
    """
    plain = re.sub(r"['\u2019`]", "", text.lower())
    emoji = set(_EMOJI.findall(plain))
    if "?" in text or emoji & _UNHAPPY or _SAD_SIGNS.search(plain):
        return False
    words = _WORD.findall(_EMOJI.sub(" ", _AGREED.sub(" ok ", plain)))
    if not words:
        return bool(emoji) or any(unicodedata.category(sign) == "So" for sign in text)
    known = all(word in _PLEASED | _BESIDE for word in words)
    return known and words[0] not in _ASKS and not _PLEASED.isdisjoint(words)
