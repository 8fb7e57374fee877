"""What Alembic runs for every migration, on the connection that `store.migrate` has opened.

The transaction and its lock belong to the caller, so that several starting replicas migrate once
and a failed migration leaves nothing behind on either engine.
"""

from alembic import context

from store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
