"""`deskbell db …`: what one does with the database as a whole."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from store import copying


def copy_file(file: Path, target: str, *, screen: Console) -> None:
    """Copy the SQLite file to the target, showing how far it is; raises CannotCopy."""
    source = f"sqlite:///{file}"
    if not file.is_file():
        raise copying.CannotCopy(f"There is no file {file}; nothing was copied.")
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=screen) as shown:
        task = shown.add_task("Copying", total=copying.count(source))

        def done(table: str, rows: int) -> None:
            shown.update(task, description=table, advance=rows)

        copied = copying.copy(source, target, progress=done)
    for table, rows in copied.items():
        if rows:
            screen.print(f"[green]✓[/] {table}: {rows:,} rows, and the copy is the same")
    screen.print("Copied. Start the desk with this DATABASE_URL from now on; keep the old file.")
