"""The folder of results: with the home folder in place of `~`, and new if it is named by the time.

Two commands may begin within the same second, and each needs a folder of its own.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from retrainlab.sim.errors import InputError, require

TIME = "${now:"  # in a folder's name: no study is to be resumed there
RUN, SWEEP = "hydra.run.dir", "hydra.sweep.dir"  # Hydra's own names of the folder


def register() -> None:
    """Have `${home:..}` mean the folder of results: of one command, whatever jobs it makes."""
    folders: dict[str, str] = {}

    def home(folder: Any, *, _root_: DictConfig) -> str:
        if str(folder) not in folders:
            folders[str(folder)] = str(_resolved(folder, _root_))
        return folders[str(folder)]

    OmegaConf.register_new_resolver("home", home, replace=True)


def results_folder(config: DictConfig) -> Path:
    """Return where the results of a composed configuration go; made now if it is to be new."""
    return _resolved(config["folder"], config)


def require_one_folder(words: Mapping[str, str], multirun: bool) -> None:
    """Raise `InputError` where Hydra would leave a folder unused that the command line names.

    words: each override by the key that it sets.
    """
    if multirun and RUN in words:
        raise InputError(f"{words[RUN]} counts for nothing under -m; name the folder by folder=..")
    for key in (RUN, SWEEP):
        if key in words and "folder" in words:
            raise InputError(f"{words['folder']} and {words[key]} both name the folder; leave one")


def remove_if_empty(folder: Path) -> None:
    """Remove the folder that was made for a study that never began."""
    with suppress(OSError):  # of a folder that holds something, or may not be touched
        folder.rmdir()


def new_folder(path: Path) -> Path:
    """Make a folder that was not there and return its path: as given, or with _2, _3, .. behind.

    Where none can be made the path is returned as given: whoever writes there says why not.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return next(made for made in map(path.with_name, _names(path.name)) if _is_made(made))
    except OSError:
        return path


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _is_made(folder: Path) -> bool:
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    return True


def _resolved(folder: Any, config: DictConfig) -> Path:
    require(
        isinstance(folder, str | int | float) and bool(str(folder).strip()),
        f"folder is {folder!r}; it must be the path of a folder",
    )
    try:
        path = Path(str(folder)).expanduser()
    except RuntimeError as error:
        raise InputError(f"folder is {folder!r}, and the home folder is not known") from error
    # Below a folder that may not be read `Path` would raise an error of its own.
    require(not os.path.isfile(path), f"folder is {str(folder)!r}, which is a file; name a folder")
    require(
        os.path.exists(path) or not os.path.islink(path),
        f"folder is {str(folder)!r}, a link to what is not there; name a folder",
    )
    return new_folder(path) if _is_timed(config) else path


def _is_timed(config: DictConfig) -> bool:
    """Whether the folder is named by the time, and so never that of an earlier command."""
    raw: Any = OmegaConf.to_container(OmegaConf.masked_copy(config, ["folder"]), resolve=False)
    return TIME in str(raw["folder"])
