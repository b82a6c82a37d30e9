"""What the commands have in common: their arguments, and errors in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pilotproof.errors import PilotproofError, machine_trouble

PilotName = Annotated[str, typer.Argument(help="Name of the pilot: params/<pilot>.yaml", show_default=False)]
Root = Annotated[Path, typer.Option(help="Folder that holds params/, data/ and notebooks/")]

HERE = Path()


@contextmanager
def plain_errors() -> Iterator[None]:
    """What the user can mend is said without a traceback, and the exit code is 1."""
    try:
        yield
    except PilotproofError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(machine_trouble(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        typer.echo("Stopped. The last good report, if there was one, is still in place.", err=True)
        raise typer.Exit(130) from None
