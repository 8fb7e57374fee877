"""The names under which Slack calls us back; `handlers.register` says what each one starts.

Commands and shortcuts are the same as in manifest.yml. Values are written into messages that stay
in Slack for years: rename members freely, but never change a value.
"""

from enum import StrEnum


class Command(StrEnum):
    """What people type."""

    TICKET = "/ticket"
    ON_CALL = "/oncall"


class Shortcut(StrEnum):
    """What people pick from Slack's own menus."""

    NEW_TICKET = "new_ticket"
    MAKE_TICKET = "make_ticket"
    SEND_TO_REQUESTER = "send_to_requester"


class Action(StrEnum):
    """Buttons, menus, and the options of a card's *More* menu."""

    CLAIM = "claim"
    REASSIGN = "reassign"
    ESCALATE = "escalate"
    RESOLVE = "resolve"
    MORE = "more"
    REPLY = "reply"
    NOTE = "note"
    CHANGE_SEVERITY = "change_severity"
    ASK = "ask"
    HOLD = "hold"
    RESUME = "resume"
    RELEASE = "release"
    CLOSE = "close"
    REOPEN = "reopen"
    HISTORY = "history"
    WHY = "why"
    PROMISE = "promise"
    OPEN = "open"
    ADD = "add"
    CHECKLIST = "checklist"
    AWAY = "away"
    BACK = "back"
    STOP_WATCHING = "stop_watching"
    PEOPLE = "people"
    TAKE_OFF = "take_off"
    ADD_AFFECTED = "add_affected"
    FIXED = "fixed"
    NOT_FIXED = "not_fixed"
    NEW_TICKET = "new_ticket"
    TOPIC = "topic"
    SUMMARY = "summary"
    SAME = "same_for_me"
    SOLVED = "solved_it"
    SOLUTIONS = "solutions"
    NEW_SOLUTION = "new_solution"
    EDIT_SOLUTION = "edit_solution"
    START_FROM = "start_from_solution"
    CANNED = "canned"
    SEND_CANNED = "send_canned"
    SETS = "sets"
    PREVIEW = "preview"
    UNDO = "undo"
    ACCEPT = "accept"
    HAND_BACK = "hand_back"
    ACKNOWLEDGE = "acknowledge"
    DECLINE = "decline"
    CALL_NEXT = "call_next"
    COVER = "cover"
    TAKE = "take"
    SWAP = "swap"
    AGREE = "agree"
    DISAGREE = "disagree"
    STRAY_PLACE = "stray_place"
    STRAY_NEW = "stray_new"
    STRAY_OPEN = "stray_open"
    JOIN = "join"


class Form(StrEnum):
    """Modals with a submit button."""

    INTAKE = "intake_form"
    SETTLED = "settled_form"
    SOLUTION = "solution_form"
    REASSIGN = "reassign_form"
    ESCALATE = "escalate_form"
    CHANGE_SEVERITY = "change_severity_form"
    REPLY = "reply_form"
    HAND_BACK = "hand_back_form"
    NOTE = "note_form"
    ASK = "ask_form"
    HOLD = "hold_form"
    PROMISE = "promise_form"
    RESOLVE = "resolve_form"
    CLOSE = "close_form"
    REOPEN = "reopen_form"
    ADD = "add_form"
    CHECKLIST = "checklist_form"
    PEOPLE = "people_form"
    COVER = "cover_form"
    PREFERENCES = "preferences_form"
    TAKE = "take_form"
    SWAP = "swap_form"
