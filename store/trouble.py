"""When it is the database that fails, and not the desk: what that means for the change at hand."""

from typing import Final

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoFreeConnection

_PASSING_STATES: Final = ("08", "40", "55P03", "57", "53300")
"""PostgreSQL: connection lost, serialization and deadlock, lock not available, stopped or
cancelled, too many connections.
"""
_LASTING_STATES: Final = ("25", "53", "58")
"""PostgreSQL: read-only, disk full or out of memory, a system error."""

_PASSING_CODES: Final = (5, 6)
"""SQLite: busy, locked."""
_LASTING_CODES: Final = (8, 10, 11, 13, 14)
"""SQLite: read-only, I/O error, corrupt, full, cannot open."""


class DatabaseTrouble(SQLAlchemyError):
    """The database could not do it. Nothing was saved, unless `unsure`: the connection was lost
    after COMMIT had been sent, and the answer with it. `passing`: it may work at once again.
    """

    def __init__(self, cause: SQLAlchemyError, *, passing: bool, unsure: bool = False) -> None:
        # Only the driver's first line: the rest quotes the statement, and with it what people said.
        said = str(getattr(cause, "orig", None) or cause).partition("\n")[0]
        super().__init__(f"{type(cause).__name__}: {said}")
        self.passing = passing
        self.unsure = unsure


def raise_trouble(error: SQLAlchemyError, *, committing: bool) -> None:
    """Raise DatabaseTrouble if that is what it is. A mistake of ours is no outage: returns."""
    if isinstance(error, NoFreeConnection):
        raise DatabaseTrouble(error, passing=True) from error
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        passing = _passes(error)
        if passing is not None:
            unsure = committing and error.connection_invalidated
            raise DatabaseTrouble(error, passing=passing, unsure=unsure) from error


def _passes(error: DBAPIError) -> bool | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _one_of(code & 0xFF, _PASSING_CODES, _LASTING_CODES)
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        known = [s for s in (*_PASSING_STATES, *_LASTING_STATES) if state.startswith(s)]
        return any(s in _PASSING_STATES for s in known) if known else None
    return isinstance(error, OperationalError | InterfaceError)  # nobody answered


def _one_of(code: int, passing: tuple[int, ...], lasting: tuple[int, ...]) -> bool | None:
    if code in passing:
        return True
    return False if code in lasting else None
