"""What Alembic runs for every migration, on the connection that our caller has opened.

The transaction and its lock belong to the caller, so that several starting replicas migrate once
and a failed migration leaves nothing behind on either engine.
"""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from store.migrate import is_of_models
from store.models import Base, Instant, Seconds


def render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name plain types: ours may change later, and what was done must not."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Seconds):
        return "sa.BigInteger()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render,
    include_name=is_of_models,
)
context.run_migrations()
