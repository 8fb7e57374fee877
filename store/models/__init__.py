"""The tables: one class, one row meaning each, and the checks that make illegal states impossible.

Times are aware UTC (`Instant`). Ids of people and channels are Slack's. Keys of teams, topics and
severities are those of `deskbell.toml`. The same schema runs on SQLite and PostgreSQL.
"""

from store.models.away import Away, Turn
from store.models.base import Base, BigId, Instant, Seconds, one_of, table_of
from store.models.checklist import ChecklistMark
from store.models.clock import Alarm, AlarmKind, AlarmState, Gathered, Pause, Target, TargetKind
from store.models.delivery import Delivery, Gate, InboxEntry, OutboxMessage, Posting, Watermark
from store.models.doors import TicketOrigin
from store.models.endings import Rating
from store.models.files import FileState, TicketFile
from store.models.helping import HelpRequest
from store.models.on_call import (
    ChangeState,
    KeptGroup,
    Means,
    OutsideCall,
    OutsideState,
    Page,
    PageState,
    Ring,
    RingAnswer,
    ShiftChange,
)
from store.models.people import GroupMember, Hears, Period, Person, Preference
from store.models.solutions import Deflection, Solution
from store.models.tickets import (
    Answer,
    AuditEvent,
    Entry,
    EntryKind,
    EntryVersion,
    Note,
    Reply,
    Stray,
    Ticket,
)
from store.models.together import Incident, LinkKind, Participant, Role, TicketLink

__all__ = [
    "Alarm",
    "AlarmKind",
    "AlarmState",
    "Answer",
    "AuditEvent",
    "Away",
    "Base",
    "BigId",
    "ChangeState",
    "ChecklistMark",
    "Deflection",
    "Delivery",
    "Entry",
    "EntryKind",
    "EntryVersion",
    "FileState",
    "Gate",
    "Gathered",
    "GroupMember",
    "Hears",
    "HelpRequest",
    "InboxEntry",
    "Incident",
    "Instant",
    "KeptGroup",
    "LinkKind",
    "Means",
    "Note",
    "OutboxMessage",
    "OutsideCall",
    "OutsideState",
    "Page",
    "PageState",
    "Participant",
    "Pause",
    "Period",
    "Person",
    "Posting",
    "Preference",
    "Rating",
    "Reply",
    "Ring",
    "RingAnswer",
    "Role",
    "Seconds",
    "ShiftChange",
    "Solution",
    "Stray",
    "Target",
    "TargetKind",
    "Ticket",
    "TicketFile",
    "TicketLink",
    "TicketOrigin",
    "Turn",
    "Watermark",
    "one_of",
    "table_of",
]
