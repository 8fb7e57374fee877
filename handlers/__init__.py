"""What people do in Slack, and what they see: every route on one screen.

A listener reads the payload, opens one transaction, and acknowledges last: an ack means *saved*.
Whatever it raises becomes a sentence in `handlers.errors`.
"""

import re
from typing import Final

from slack_bolt import App

from handlers import (
    away,
    browsing,
    checklist,
    conversation,
    doors,
    handing,
    helping,
    home,
    intake,
    lookup,
    menu,
    messages,
    on_call,
    participants,
    people,
    preferences,
    promises,
    rating,
    reopening,
    replying,
    resending,
    resolution,
    sending,
    shifts,
    solutions,
    splitting,
    storming,
    suggestions,
    together,
    topic,
    transcripts,
    triage,
    undoing,
    why,
)
from handlers.choosing import Listener, action_id, any_of, callback_id, one_of
from handlers.routes import Action, Command, Form, Shortcut

BUTTONS: Final[dict[Action, Listener]] = {
    Action.CLAIM: triage.claim,
    Action.REASSIGN: triage.ask_to_reassign,
    Action.ESCALATE: triage.ask_to_escalate,
    Action.REPLY: replying.ask_for_reply,
    Action.RESOLVE: resolution.ask_to_resolve,
    Action.FIXED: resolution.confirm,
    Action.NOT_FIXED: reopening.ask_what_is_wrong,
    Action.REOPEN_OWN: reopening.reopen_as_said,
    Action.ONLY_REMARK: reopening.only_remark,
    Action.STILL_GOOD: reopening.still_good,
    Action.COMMENT: rating.ask_for_comment,
    Action.ADD: conversation.ask_to_add,
    Action.STOP_WATCHING: participants.stop_watching,
    Action.TAKE_OFF: participants.take_off,
    Action.NO_INCIDENT: together.withdraw,
    Action.STORM: storming.make_incident,
    Action.UNLINK: together.unlink,
    Action.SPLIT_FROM: splitting.start_from_words,
    Action.ADD_AFFECTED: participants.ask_who_else,
    Action.AWAY: away.leave,
    Action.BACK: away.come_back,
    Action.NEW_TICKET: intake.new_ticket,
    Action.TOPIC: intake.changed,
    Action.SUMMARY: intake.changed,
    Action.SAME: suggestions.same_for_me,
    Action.SOLVED: suggestions.solved_it,
    Action.CANNED: replying.start_from_canned,
    Action.SETS: replying.set_with_reply,
    Action.PREVIEW: replying.preview,
    Action.UNDO: undoing.undo,
    Action.ACCEPT: handing.accept,
    Action.HELP_ANSWER: helping.ask_for_answer,
    Action.HAND_BACK: handing.ask_to_hand_back,
    Action.SOLUTIONS: solutions.start_list,
    Action.ATTENTION: browsing.show_attention,
    Action.SETTINGS: preferences.ask,
    Action.NEW_SOLUTION: solutions.ask_for_new,
    Action.EDIT_SOLUTION: solutions.ask_to_edit,
    Action.START_FROM: resolution.start_from_solution,
    Action.RESOLVE_WITH: resolution.resolve_with_solution,
    Action.ACKNOWLEDGE: on_call.acknowledge,
    Action.DECLINE: on_call.decline,
    Action.CALL_NEXT: on_call.call_next,
    Action.COVER: shifts.ask_for_cover,
    Action.TAKE: shifts.ask_to_take,
    Action.SWAP: shifts.ask_to_swap,
    Action.AGREE: shifts.agree,
    Action.DISAGREE: shifts.disagree,
    Action.STRAY_NEW: doors.fill_in_stray,
    Action.STRAY_OPEN: doors.open_stray,
    Action.JOIN: doors.join,
    Action.SEND_AGAIN: resending.send_again,
}

MENU: Final[dict[Action, Listener]] = {
    Action.NOTE: conversation.ask_for_note,
    Action.HELP: helping.ask_for_help,
    Action.CHANGE_SEVERITY: triage.ask_to_change_severity,
    Action.CHANGE_TOPIC: topic.ask_to_change,
    Action.ASK: conversation.ask_for_question,
    Action.HOLD: conversation.ask_to_hold,
    Action.RESUME: conversation.resume,
    Action.RELEASE: triage.release,
    Action.CHECKLIST: checklist.ask_for_ticks,
    Action.PEOPLE: participants.ask_for_people,
    Action.INCIDENT: together.ask_about_incident,
    Action.LINK: together.ask_for_link,
    Action.SPLIT: splitting.ask_what_to_split,
    Action.CLOSE: resolution.ask_to_close,
    Action.CONFIRM: resolution.ask_for_confirmation,
    Action.REOPEN: reopening.ask_to_reopen,
    Action.PROMISE: promises.ask_for_promise,
    Action.WHY: why.show_why,
    Action.HISTORY: lookup.show_history,
    Action.TRANSCRIPT: transcripts.send,
    Action.OPEN: lookup.open_ticket,
}
"""Options of a card's *More* menu, which are buttons elsewhere."""

FORMS: Final[dict[Form, Listener]] = {
    Form.INTAKE: intake.submit,
    Form.SETTLED: suggestions.done,
    Form.SOLUTION: solutions.save,
    Form.REASSIGN: triage.reassign,
    Form.ESCALATE: triage.escalate,
    Form.CHANGE_SEVERITY: triage.change_severity,
    Form.CHANGE_TOPIC: topic.change,
    Form.REPLY: replying.reply,
    Form.HAND_BACK: handing.hand_back,
    Form.HELP: helping.ask,
    Form.HELP_ANSWER: helping.answer,
    Form.NOTE: conversation.note,
    Form.ASK: conversation.ask,
    Form.HOLD: conversation.hold,
    Form.PROMISE: promises.promise,
    Form.RESOLVE: resolution.resolve,
    Form.CLOSE: resolution.close,
    Form.REOPEN: reopening.reopen,
    Form.COMMENT: rating.comment,
    Form.CONFIRM: resolution.record_confirmation,
    Form.ADD: conversation.add,
    Form.CHECKLIST: checklist.save,
    Form.PEOPLE: participants.add_people,
    Form.DECLARE: together.declare,
    Form.INCIDENT_UPDATE: together.update,
    Form.LINK: together.link,
    Form.SPLIT: splitting.split,
    Form.COVER: shifts.cover,
    Form.PREFERENCES: preferences.choose,
    Form.TAKE: shifts.take,
    Form.SWAP: shifts.swap,
}


def register(app: App) -> None:
    """Tell Bolt who answers what."""
    buttons = {action.value: listener for action, listener in {**BUTTONS, **MENU}.items()}
    forms = {form.value: listener for form, listener in FORMS.items()}
    app.action(any_of(buttons))(one_of(buttons, action_id))
    app.view(any_of(forms))(one_of(forms, callback_id))
    app.action(re.compile(f"^{Action.STRAY_PLACE}:"))(messages.place)
    app.action(re.compile(f"^{Action.RATE}:"))(rating.rate)
    app.action(re.compile(f"^{Action.TURN_PAGE}:"))(browsing.turn_page)
    app.command(Command.TICKET)(intake.ticket_command)
    app.command(Command.ON_CALL)(on_call.command)
    app.shortcut(Shortcut.NEW_TICKET)(intake.new_ticket)
    app.shortcut(Shortcut.MAKE_TICKET)(doors.make_ticket)
    app.shortcut(Shortcut.SEND_TO_REQUESTER)(sending.send_message)
    app.event("message")(messages.heard)
    app.event("reaction_added")(doors.reacted)
    app.event("app_mention")(doors.mentioned)
    app.event("app_home_opened")(home.opened)
    app.event("user_change")(people.changed)
    app.event("team_join")(people.changed)
    for action, listener in MENU.items():
        app.action(Action.MORE, [menu.chose(action)], [menu.make_fresh])(listener)
    app.action(Action.MORE, [menu.chose(Action.SEND_CANNED)], [menu.make_fresh])(
        replying.send_canned
    )
