"""One listener for many names: a dictionary knows which. Bolt would ask one after the other, and
look up anew for each what it wants to know: that was an eighth of what a form cost (measured).
"""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Args

from handlers.payload import Body

Listener = Callable[..., Any]


def any_of(names: Mapping[str, Listener]) -> re.Pattern[str]:
    """For Bolt: each of these names, and no other."""
    return re.compile(f"^(?:{'|'.join(map(re.escape, names))})$")


def one_of(listeners: Mapping[str, Listener], name_of: Callable[[Body], str]) -> Listener:
    """Calls the one with the name that the payload says, with what it asks for by name."""
    wanted = {name: tuple(inspect.signature(each).parameters) for name, each in listeners.items()}

    def listen(args: Args) -> Any:
        name, known = name_of(args.body), {**args.context, **vars(args)}
        return listeners[name](**{each: known[each] for each in wanted[name]})

    return listen


def action_id(body: Body) -> str:
    """Of the button that was pressed."""
    return str(body["actions"][0]["action_id"])


def callback_id(body: Body) -> str:
    """Of the form that was sent."""
    return str(body["view"]["callback_id"])
