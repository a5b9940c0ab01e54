"""The command `show`: one figure of a run, opened or saved at the size of a slide."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shlex import join

from retrainlab.experiments.config.plain_words import divided
from retrainlab.experiments.notebook.finished import Run
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.exit_codes import ExitCode

EXAMPLE = "as in: retrainlab show runs/latest gradual-timeline"


def show(words: Sequence[str]) -> int:
    """List the figures of a run, open one, or save it."""
    plain, typed = divided(words)
    require(len(plain) in (1, 2), f"show takes the folder of a run, and a figure, {EXAMPLE}")
    run = Run(plain[0])
    require(run.folder.is_dir(), f"{run.folder} is no folder; show takes that of a run, {EXAMPLE}")
    target = _target(typed)
    if len(plain) == 1:
        require(target is None, f"save needs the name of a figure: {', '.join(run.figures)}")
        print("\n".join(run.figures))
        return ExitCode.DONE
    figure = run.figure(plain[1]).path
    if target is None:
        _open(figure, plain[0])
    else:
        _save(figure, target)
        print(f"Figure: {target}")
    return ExitCode.DONE


def _target(options: Sequence[str]) -> Path | None:
    """Return where the figure is to be saved; None to open it."""
    for option in options:
        key, _, value = option.partition("=")
        require(key == "save" and bool(value), f"show has no option {option!r}; there is save=PATH")
    return Path(options[-1].split("=", 1)[1]).expanduser() if options else None


def _save(figure: Path, target: Path) -> None:
    from retrainlab.reports.drawing.slide import save_slide

    save_slide(figure, target)


def _open(figure: Path, run: str) -> None:
    """Open a figure in the program that shows pictures; `InputError` where nobody would see it.

    run: the folder, as it was typed.
    """
    program = "open" if sys.platform == "darwin" else "xdg-open"
    seen = sys.platform in ("darwin", "win32") or {"DISPLAY", "WAYLAND_DISPLAY"} & {*os.environ}
    words = ["retrainlab", "show", run, figure.stem, f"save={figure.stem}.png"]
    remedy = f"save it, as in: {join(words)}"
    require(bool(seen), f"there is no display to open {figure.stem} on; {remedy}")
    slide = Path(tempfile.mkdtemp(prefix="retrainlab-")) / figure.name
    _save(figure, slide)
    print(f"Figure: {slide}")
    if sys.platform == "win32":
        os.startfile(slide)
        return
    try:
        quiet = subprocess.DEVNULL
        subprocess.Popen([program, str(slide)], stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError as error:
        raise InputError(f"{program} cannot be run to open {figure.stem}; {remedy}") from error
