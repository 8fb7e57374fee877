"""What people search tickets and solutions by: indexes that the database itself keeps in step.

SQLite has FTS5, PostgreSQL tsvector. Both stem English words, leave no word out and see no
difference between é and e, so that a search finds the same on either. Three parts a ticket: its
summary (weight A), what requester and agents said to each other (`talk`, B), and what is for
agents alone (`notes`, C). Of a solution: its title with the summary of the ticket where it was
found (A), and its answer (B).

Revision ID: 0002
"""

from collections.abc import Sequence

from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LONGEST = 200_000
"""Characters of each part: a tsvector holds a megabyte, and long words must not fail a click."""

LARGEST = 1_000_000
"""Bytes up to which PostgreSQL adds to a ticket's words: a little less than a tsvector holds."""

STANDING = "held_until, undone_at, deleted_at"
"""What was said and has any of these is not there to be read: it is not found either."""

TICKETS = (
    ("opened", "INSERT", "ticket", "new.id"),
    ("changed", "UPDATE OF summary, details, answers, cause, fix", "ticket", "new.id"),
    ("said", "INSERT", "entry", "new.ticket_id"),
    ("edited", f"UPDATE OF {STANDING}, text", "entry", "new.ticket_id"),
    ("unsaid", "DELETE", "entry", "old.ticket_id"),
)
"""After what, in which table, which ticket's words are gathered anew."""

SOLUTIONS = (
    ("saved", "INSERT", "solution", "new.id"),
    ("edited", "UPDATE OF title, answer", "solution", "new.id"),
)

INDEXES = (("ticket", TICKETS), ("solution", SOLUTIONS))

ADDS = "add_ticket_words(new.ticket_id, new.kind, new.text)"
"""PostgreSQL adds what was said to the words that it has: a long conversation would be read whole
for everything that is said in it. (FTS5 changes a row only as a whole.)
"""


def upgrade() -> None:
    """The indexes, the triggers that fill them, and a place in them for whatever there is."""
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def downgrade() -> None:
    """Nothing but copies of words is lost."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for index, triggers in INDEXES:
        for name, _, table, _ in triggers:
            on_table = "" if is_sqlite else f" ON {table}"
            op.execute(f"DROP TRIGGER {index}_words_{name}{on_table}")
        op.execute(f"DROP TABLE {index}_words")
        if not is_sqlite:
            for name, _, _, _ in triggers:
                op.execute(f"DROP FUNCTION {index}_words_{name}()")
            op.execute(f"DROP FUNCTION index_{index}_words(bigint)")
    if not is_sqlite:
        op.execute("DROP FUNCTION add_ticket_words(bigint, text, text)")
        op.execute("DROP FUNCTION words_of(text, text)")
        op.execute("DROP TEXT SEARCH CONFIGURATION deskbell")
        op.execute("DROP TEXT SEARCH DICTIONARY deskbell_stem")


def _on_sqlite() -> None:
    for index, columns, triggers, parts in (
        ("ticket", "summary, talk, notes", TICKETS, _PARTS),
        ("solution", "summary, talk", SOLUTIONS, _PARTS_OF_SOLUTIONS),
    ):
        insert = f"INSERT INTO {index}_words (rowid, {columns}) {parts}"
        op.execute(
            f"CREATE VIRTUAL TABLE {index}_words USING fts5({columns}, "
            "tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        op.execute(insert)
        for name, change, table, changed in triggers:
            op.execute(
                f"CREATE TRIGGER {index}_words_{name} AFTER {change} ON {table} BEGIN "
                f"DELETE FROM {index}_words WHERE rowid = {changed}; "
                f"{insert} WHERE t.id = {changed}; END"
            )


def _on_postgresql() -> None:
    for statement in _INDEX:
        op.execute(statement.replace(":", r"\:"))
    for index, triggers in INDEXES:
        for name, change, table, changed in triggers:
            gathers = f"index_{index}_words({changed})"
            op.execute(
                f"CREATE FUNCTION {index}_words_{name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN PERFORM {ADDS if name == 'said' else gathers}; RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {index}_words_{name} AFTER {change} ON {table} FOR EACH ROW "
                f"{f'WHEN ({_SAID_STANDS}) ' if name == 'said' else ''}"
                f"EXECUTE FUNCTION {index}_words_{name}()"
            )
        op.execute(f"SELECT index_{index}_words(id) FROM {index}")


_STANDS, _SAID_STANDS = (
    " AND ".join(f"{row}.{column} IS NULL" for column in STANDING.split(", "))
    for row in ("e", "new")
)

_PARTS = f"""
    SELECT t.id, t.summary,
        substr(printf('%s %s %s', t.details,
            (SELECT group_concat(value, ' ') FROM json_each(t.answers)),
            (SELECT group_concat(e.text, ' ') FROM entry e
                WHERE e.ticket_id = t.id AND e.kind <> 'note' AND {_STANDS})), 1, {LONGEST}),
        substr(printf('%s %s %s', t.cause, t.fix,
            (SELECT group_concat(e.text, ' ') FROM entry e
                WHERE e.ticket_id = t.id AND e.kind = 'note' AND {_STANDS})), 1, {LONGEST})
    FROM ticket t
"""

_PARTS_OF_SOLUTIONS = f"""
    SELECT t.id,
        printf('%s %s', t.title, (SELECT k.summary FROM ticket k WHERE k.id = t.ticket_id)),
        substr(t.answer, 1, {LONGEST})
    FROM solution t
"""

_INDEX = (
    "CREATE TEXT SEARCH DICTIONARY deskbell_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION deskbell (COPY = simple)",
    """
    ALTER TEXT SEARCH CONFIGURATION deskbell
        ALTER MAPPING FOR asciiword, word, numword WITH deskbell_stem
    """,
    # The parser would take a/b for a path and a.b for a host: nothing but words may reach it.
    f"""
    CREATE FUNCTION words_of(said text, weight text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT setweight(to_tsvector('deskbell', regexp_replace(regexp_replace(
            normalize(left(said, {LONGEST}), NFKD), '[\u0300-\u036f]', '', 'g'),
            '[^[:alnum:]]+', ' ', 'g')), weight::"char")
    $$
    """,
    """
    CREATE TABLE ticket_words (
        ticket_id bigint PRIMARY KEY REFERENCES ticket (id) ON DELETE CASCADE,
        words tsvector NOT NULL
    )
    """,
    "CREATE INDEX ix_ticket_words ON ticket_words USING gin (words)",
    f"""
    CREATE FUNCTION index_ticket_words(number bigint) RETURNS void LANGUAGE sql AS $$
        INSERT INTO ticket_words (ticket_id, words)
        SELECT t.id, words_of(t.summary, 'A')
            || words_of(concat_ws(' ', t.details,
                (SELECT string_agg(value, ' ') FROM json_each_text(t.answers)),
                (SELECT string_agg(e.text, ' ') FROM entry e
                    WHERE e.ticket_id = t.id AND e.kind <> 'note' AND {_STANDS})), 'B')
            || words_of(concat_ws(' ', t.cause, t.fix,
                (SELECT string_agg(e.text, ' ') FROM entry e
                    WHERE e.ticket_id = t.id AND e.kind = 'note' AND {_STANDS})), 'C')
        FROM ticket t WHERE t.id = number
        ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words
    $$
    """,
    # What would be too much for a tsvector is gathered anew, and shortened.
    f"""
    CREATE FUNCTION add_ticket_words(number bigint, kind text, said text) RETURNS void
        LANGUAGE plpgsql AS $$
    DECLARE
        more tsvector := words_of(said, CASE kind WHEN 'note' THEN 'C' ELSE 'B' END);
    BEGIN
        UPDATE ticket_words SET words = words || more WHERE ticket_id = number
            AND pg_column_size(words || ''::tsvector) + pg_column_size(more) < {LARGEST};
        IF NOT FOUND THEN PERFORM index_ticket_words(number); END IF;
    END $$
    """,
    """
    CREATE TABLE solution_words (
        solution_id bigint PRIMARY KEY REFERENCES solution (id) ON DELETE CASCADE,
        words tsvector NOT NULL
    )
    """,
    "CREATE INDEX ix_solution_words ON solution_words USING gin (words)",
    """
    CREATE FUNCTION index_solution_words(number bigint) RETURNS void LANGUAGE sql AS $$
        INSERT INTO solution_words (solution_id, words)
        SELECT t.id, words_of(concat_ws(' ', t.title,
                (SELECT k.summary FROM ticket k WHERE k.id = t.ticket_id)), 'A')
            || words_of(t.answer, 'B')
        FROM solution t WHERE t.id = number
        ON CONFLICT (solution_id) DO UPDATE SET words = excluded.words
    $$
    """,
)
