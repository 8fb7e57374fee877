"""Who is away, and whose turn it was."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base


class Away(Base):
    """Somebody who gets no tickets by themselves at the moment; whoever has no row is there."""

    __tablename__ = "away"

    person: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """Back by themselves then; null until they say so."""


class Turn(Base):
    """Who got the last ticket that was assigned by itself in a team. Locked while the next one is
    chosen, so that two tickets opened at once go to two people.
    """

    __tablename__ = "turn"

    team: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str | None]
