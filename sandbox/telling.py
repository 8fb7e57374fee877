"""When a field that dispatches tells the app what is typed in it (`dispatch_action_config`)."""

from sandbox.records import Json


def tells_every_character(element: Json) -> bool:
    """While it is typed."""
    return "on_character_entered" in _when(element)


def tells_at_enter(element: Json) -> bool:
    """At Enter: what happens, too, where nothing else is asked for."""
    return "on_enter_pressed" in (_when(element) or ["on_enter_pressed"])


def _when(element: Json) -> list[str]:
    config = element.get("dispatch_action_config") or {}
    return list(config.get("trigger_actions_on") or [])
