"""docs/messages.md: a section for each group, a line and a picture for each kind."""

from collections.abc import Iterable, Mapping
from typing import Final

from tests.catalogue.album import Shot
from tests.catalogue.captions import CAPTIONS, NO_PICTURE

_GROUPS: Final = (
    ("news:", "What requesters hear"),
    ("tell:", "What agents hear in direct messages"),
    ("kind:", "Cards, threads, pages and the rest"),
    ("duty:", "Being on call"),
    ("home", "Home"),
    ("form:", "Forms"),
    ("window:", "Windows"),
    ("wrong:", "Forms that say what is wrong"),
    ("answer:", "Answers and refusals, seen by one person"),
)
_HEAD: Final = """# Everything that the desk says

Written by `make messages`, which plays the stories of the tests against the local Slack and
photographs what people saw; everybody in them is made up. The words live in `handlers/views/` and,
where the desk says no, in `store/rules/sentences/`. `tests/catalogue/test_catalogue.py` fails when
a kind is missing here.
"""


def written(shots: Mapping[str, Shot]) -> str:
    """The whole page."""
    parts = [_HEAD]
    for prefix, title in _GROUPS:
        keys = [key for key in CAPTIONS if key.startswith(prefix)]
        keys += sorted(key for key in shots if key.startswith(prefix) and key not in CAPTIONS)
        if keys:
            parts.append(f"## {title}\n\n" + "\n".join(_entries(keys, shots)))
    rest = "\n".join(f"- `{key}`: {words}" for key, words in NO_PICTURE.items())
    return "\n".join([*parts, f"## Without looks of their own\n\n{rest}\n"])


def _entries(keys: Iterable[str], shots: Mapping[str, Shot]) -> Iterable[str]:
    for key in keys:
        who, when = CAPTIONS.get(key, ("", ""))
        said = f" · {who}. {when}" if who else ""
        picture = f"![{key}](messages/{shots[key].picture}.png)\n" if key in shots else ""
        yield f"**`{key}`**{said}\n\n{picture}"
