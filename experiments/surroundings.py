"""Independence of the surroundings: locale, encodings, matplotlib's settings of the user."""

import os
import sys
import warnings

from retrainlab.sim.threads import AT_LOADING

TIDYING = "ignore:resource_tracker:UserWarning"


def settle() -> None:
    """Make this process and its workers independent of what is set around them."""
    _use_utf8()
    _open_closed_streams()
    # Hydra and joblib tell in warnings of several lines what is said in one sentence here; that a
    # worker without work has ended, and is started anew, nobody needs to know.
    for message in (
        ".*joblib will operate in serial mode",
        "provider=.* is not available",
        "A worker stopped while some jobs were given",
    ):
        warnings.filterwarnings("ignore", message)
    for stream in (sys.stdout, sys.stderr):
        # A terminal without a character shows another one; it never stops the command.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
    # No window is ever opened; a notebook exports a backend that may not be installed here.
    os.environ["MPLBACKEND"] = "agg"
    # Workers start as modules, which would put the current folder before Python's own modules.
    os.environ["PYTHONSAFEPATH"] = "1"
    # The process that tidies up after killed workers warns of what they left; it is started later.
    asked = os.environ.get("PYTHONWARNINGS", "").split(",")
    os.environ["PYTHONWARNINGS"] = ",".join(dict.fromkeys([*filter(None, asked), TIDYING]))
    # Read by libraries that are loaded from here on, in workers as well.
    os.environ.update(dict.fromkeys(AT_LOADING, "1"))


def _use_utf8() -> None:
    """Start anew in UTF-8 mode where file names would be limited to ASCII."""
    if sys.getfilesystemencoding().lower() in ("ascii", "us-ascii") and not sys.flags.utf8_mode:
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _open_closed_streams() -> None:
    """Have somewhere to write where standard streams are closed, as `>&-` and daemons do.

    A file that took the number of one of them would get what others print.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
