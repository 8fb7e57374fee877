"""When the desk itself can't: Slack or the database does not answer, or something broke."""

from typing import Final

NOT_OPENED: Final = "That took too long, so Slack did not open the form. Please press again."
SLACK_BUSY: Final = "Slack is very busy. Please try again in a moment."
SLACK_SILENT: Final = (
    "Slack has trouble and did not answer in time. If nothing opened, please try again in a moment."
)
SLACK_REFUSES: Final = (
    "Slack does not let the help desk in any more, so that did not work. Please tell an admin: "
    "`deskbell check` says what to mend."
)
NOT_SAVED: Final = (
    "That was not saved: the help desk can't reach its database. Please try again in a moment."
)
UNSURE: Final = (
    "The help desk lost its database while saving, so it can't say whether that was saved. "
    "Please look before you try again."
)
LATE: Final = (
    "Not saved yet: the help desk is slow right now. It keeps trying, and you will hear here "
    "how it ended. There is no need to press again."
)
BUSY: Final = "The help desk is very busy, so nothing was done. Please try again in a moment."
UNKNOWN: Final = "The help desk does not know this any more. Please open the ticket anew."
ONLY_ADMINS_SEND_AGAIN: Final = (
    "Only the help desk's admins can have messages sent again. Nothing was changed; please ask one "
    "of them to press this."
)
DONE: Final = "That is done now. Thank you for waiting."
NOT_INSTALLED: Final = (
    "This help desk belongs to another workspace, so it can't help you here. "
    "Please ask a colleague there."
)


def broken(reference: str) -> str:
    return (
        "Something went wrong on our side; nothing was saved. Please try again, and if it stays "
        f"like this, tell an admin this reference: `{reference}`"
    )
