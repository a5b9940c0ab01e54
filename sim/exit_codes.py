"""Exit codes: one scheme for every command, so that a script can tell red from broken."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code says.

    DONE: everything was done, or the check passed. FAILED: there is a result, and it is bad: a
    cell failed, a detector is worse, a law is missed, a study is not complete, a file is damaged,
    a step of production is refused. NO_RESULT: bad input, or nothing could be judged, or an
    unexpected error. INTERRUPTED and TERMINATED: stopped
    from outside, by Ctrl-C or by SIGTERM.
    """

    DONE = 0
    FAILED = 1
    NO_RESULT = 2
    INTERRUPTED = 130
    TERMINATED = 143


def done_unless(failed: object) -> ExitCode:
    """Return FAILED where something failed, else DONE."""
    return ExitCode.FAILED if failed else ExitCode.DONE
