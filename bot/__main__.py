"""The `deskbell` command line, and the only place that asks the machine for the time."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from dotenv import dotenv_values
from rich.console import Console
from rich.markup import escape
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot import __version__, check, outbox_commands
from bot.database_commands import copy_file
from bot.log import start_logging
from bot.running import Running
from bot.settings import (
    SettingsErrors,
    load_database_settings,
    load_database_url,
    load_settings,
)
from store import copying, migrate
from store.database import Store
from store.rules.errors import DeskError
from store.rules.policy_file import Problem

main = typer.Typer(
    name="deskbell",
    help="A help desk that lives in Slack.\n\nNew here? [bold]deskbell demo[/] needs no Slack.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
screen = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

Loaded = TypeVar("Loaded")


def machine_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)  # noqa: TID251 - everybody else is told the time


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        screen.print(f"deskbell {__version__}")
        raise typer.Exit


@main.callback()
def about(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options that come before any command; each of them ends the program."""


@main.command()
def run() -> None:
    """Run the desk until it is stopped.

    Settings come from the environment (or a file [bold].env[/]) and from [bold]deskbell.toml[/].
    While Slack is out of reach, it goes on trying.
    """
    settings, policy = _read(load_settings)
    start_logging(settings.log_level)
    stopped = _on_signals()
    try:
        sound = Running(settings, policy, machine_clock, tell=_print_problem).until(stopped)
    except SettingsErrors as wrong:
        _stop_if(wrong.problems)
    except migrate.DatabaseNewer as newer:
        _give_up(newer.sentence)
    except SQLAlchemyError:
        _stop_if(check.database(settings.database_url))
        raise
    except (OSError, SlackApiError) as error:
        _give_up(f"Deskbell cannot start: {error}. `deskbell check` may know why.")
    if not sound:
        _give_up("Slack was out of reach for a minute. Start again, or let a supervisor do it.")


@main.command(name="check")
def check_() -> None:
    """Look for everything that would keep the desk from working.

    Asks the database and Slack, changes nothing, and prints each problem with its fix.
    """
    settings, policy = _read(load_settings)
    problems = list(_checked("Database", check.database(settings.database_url)))
    problems += _checked("Slack", check.slack(settings, policy))
    if problems:
        raise typer.Exit(1)
    screen.print("[green]All is well.[/] Start with [bold]deskbell run[/].")


@main.command(name="migrate")
def migrate_() -> None:
    """Bring the database to this version's schema. [bold]run[/] does that by itself."""
    url = _read(load_database_url)
    try:
        before = migrate.current(url)
        migrate.upgrade(url)
    except migrate.DatabaseNewer as newer:
        _give_up(newer.sentence)
    except SQLAlchemyError:
        _stop_if(check.database(url))
        raise
    if before == migrate.newest():
        screen.print(f"The database is at {before} already; nothing to do.")
    else:
        screen.print(f"The database went from {before or 'nothing'} to {migrate.newest()}.")


database = typer.Typer(help="What one does with the database as a whole.", no_args_is_help=True)
main.add_typer(database, name="db")


@database.command(name="copy")
def copy_(
    file: Annotated[Path, typer.Argument(help="The SQLite file of the desk, which is stopped.")],
) -> None:
    """Move a desk from its SQLite file to PostgreSQL.

    The target is DATABASE_URL, and must be empty. The file is only read.
    """
    url = _read(load_database_url)
    try:
        copy_file(file, url, screen=screen)
    except (copying.CannotCopy, migrate.DatabaseNewer) as refused:
        _give_up(refused.sentence)
    except SQLAlchemyError:
        _stop_if(check.database(url))
        raise


outbox = typer.Typer(help="What waits for Slack, and why.", invoke_without_command=True)
main.add_typer(outbox, name="outbox")

Operator = Annotated[str, typer.Option(help="Your name, for the ticket's history.")]


@outbox.callback()
def outbox_(
    asked: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many messages to show.")] = 30,
) -> None:
    """List what waits for Slack and why, and what Slack refused with the way to mend it.

    Works beside a running desk and changes nothing.
    """
    if asked.invoked_subcommand is None:
        with _desk_database() as store:
            outbox_commands.show(store, screen, limit=limit, at=machine_clock())


@outbox.command(name="retry")
def retry_(
    messages: Annotated[list[int], typer.Argument(help="Numbers, as the list shows them.")],
    by: Operator = "",
) -> None:
    """Let the running desk send messages that were refused, or that wait for their next try."""
    who, at = by or outbox_commands.operator(), machine_clock()
    with _desk_database() as store:
        failed = outbox_commands.retry(store, screen, messages, by=who, at=at)
    if failed:
        raise typer.Exit(1)


@outbox.command(name="drop")
def drop_(
    message: Annotated[int, typer.Argument(help="A number, as the list shows it.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the ticket's history.")],
    by: Operator = "",
) -> None:
    """Give a message up for good: it will never be sent."""
    if not reason.strip():
        _give_up('A reason is needed: --reason "…". Nothing was changed.')
    who, at = by or outbox_commands.operator(), machine_clock()
    with _desk_database() as store:
        outbox_commands.drop(store, screen, message, by=who, reason=reason.strip(), at=at)


@contextmanager
def _desk_database() -> Iterator[Store]:
    """The desk's database, whose refusals and failures end the program with one sentence."""
    settings, policy = _read(load_database_settings)
    try:
        with outbox_commands.desk_database(settings.database_url, policy) as store:
            yield store
    except DeskError as refused:
        _give_up(refused.sentence)
    except SQLAlchemyError as error:
        _give_up(outbox_commands.trouble(error))


@main.command(name="demo")
def demo_(
    port: Annotated[int, typer.Option(help="Where the page is served; the next free one.")] = 8080,
    data: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path("demo-data"),
) -> None:
    """Try the desk in a Slack that runs on this machine, in your browser.

    The desk is the real one. Its data is kept: delete the folder to begin again.
    """
    try:
        from bot.demo import demo  # noqa: PLC0415 - needs packages that only the demo needs
    except ImportError as error:
        _give_up(f"The demo needs {error.name}: install Deskbell as `deskbell[demo]`.")
    demo(data, port=port, say=screen.print)


def _read(load: Callable[[Mapping[str, str]], Loaded]) -> Loaded:
    """Settings as that command needs them; what is wrong with them ends the program."""
    try:
        return load({**_dotenv(), **os.environ})
    except SettingsErrors as wrong:
        for problem in wrong.problems:
            _print_problem(problem)
        raise typer.Exit(1) from None


def _dotenv() -> dict[str, str]:
    return {name: text for name, text in dotenv_values(".env").items() if text is not None}


def _stop_if(problems: Iterable[Problem]) -> None:
    found = list(problems)
    for problem in found:
        _print_problem(problem)
    if found:
        raise typer.Exit(1)


def _checked(what: str, problems: Iterable[Problem]) -> list[Problem]:
    with screen.status(f"Asking: {what} …"):
        found = list(problems)
    if not found:
        screen.print(f"[green]✓[/] {what}")
    for problem in found:
        _print_problem(problem)
    return found


def _print_problem(problem: Problem) -> None:
    _print_error(str(problem))


def _give_up(sentence: str) -> NoReturn:
    _print_error(sentence)
    raise typer.Exit(1)


def _print_error(sentence: str) -> None:
    """Brackets in it are part of a key, not of rich's markup."""
    errors.print("[red]✗[/]", escape(sentence), soft_wrap=True)


def _on_signals() -> threading.Event:
    """Set at the first SIGTERM or SIGINT; the second one ends the process at once.

    A thread waits for them: a handler in the main thread can miss its moment while that thread is
    about to wait for something itself.
    """
    stopped, stopping = threading.Event(), {signal.SIGTERM, signal.SIGINT}

    def listen() -> None:
        signal.sigwait(stopping)
        stopped.set()
        signal.sigwait(stopping)
        os._exit(1)

    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    threading.Thread(target=listen, name="signals", daemon=True).start()
    return stopped


if __name__ == "__main__":
    sys.exit(main())
