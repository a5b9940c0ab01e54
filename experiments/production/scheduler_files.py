"""Files for schedulers, written beside the policy: thin, readable, made to be edited."""

import re
import shlex
from hashlib import blake2b
from importlib.resources import files as resources
from pathlib import Path

import numpy as np
import yaml
from jinja2 import Environment, StrictUndefined

from retrainlab.experiments.production.policy import Policy
from retrainlab.sim import atomic

# When a tick is over: at six in the morning for days and longer, five minutes past for hours.
SCHEDULES = {
    "hour": "5 * * * *",
    "day": "0 6 * * *",
    "week": "0 6 * * 1",
    "month": "0 6 1 * *",
    "quarter": "0 6 1 */3 *",
    "year": "0 6 1 1 *",
}
SUFFIX = ".j2"


def write(policy: Policy, folder: Path, first: str) -> list[str]:
    """Write every template, filled in; return the names of the files. first: the first tick."""
    values, made, written = _values(policy, folder.resolve(), first), environment(), []
    for template in sorted(resources(__package__).joinpath("templates").iterdir(), key=str):
        if template.name.endswith(SUFFIX):
            name = template.name.removesuffix(SUFFIX)
            text = made.from_string(template.read_text(encoding="utf-8")).render(values)
            atomic.write_text(folder / name, text)
            written.append(name)
    return written


def environment() -> Environment:
    """Return what renders templates, with a filter for each kind of text that a name stands in."""
    made = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    made.filters |= {"python": repr, "scalar": _scalar, "shell": shlex.quote, "cron": _cron}
    return made


def _cron(text: str) -> str:
    """Return a text as a line of a crontab has it, where % is the end of a command."""
    return text.replace("%", r"\%")


def _scalar(text: str) -> str:
    """Return a text as YAML writes it in one line."""
    line, *_ = yaml.safe_dump(text, width=float("inf")).splitlines()
    return str(line)


def _values(policy: Policy, folder: Path, first: str) -> dict[str, str]:
    """Return what the templates name; each scheduler allows other characters in a name."""
    every, zone = policy.columns.every, policy.columns.time_zone or "UTC"
    words = re.findall("[a-z0-9]+", folder.name.lower())
    if not folder.name.isascii():  # names may differ in letters that no scheduler allows
        words.append(blake2b(folder.name.encode(), digest_size=3).hexdigest())
    return {
        "folder": str(folder),
        "label": " ".join(policy.label.split()),
        "every": every,
        "schedule": SCHEDULES[every],
        "start": str(np.datetime64(first, "m")),
        "zone": zone,
        "moment": _moment(every, zone),
        "hours": "1" if every == "hour" else "24",
        "dag": "_".join(["retrain", *words]),
        "flow": "".join(["Retrain", *(word.capitalize() for word in words)]),
        "pipeline": "-".join(["retrain", *words]),
    }


def _moment(every: str, zone: str) -> str:
    """Return what Airflow's templates write as the date of a run; theirs is in UTC."""
    word = "ts" if every == "hour" else "ds"
    if zone == "UTC":
        return f"{{{{ {word} }}}}"
    return f"{{{{ logical_date.in_timezone('{zone}') | {word} }}}}"
