"""Files for schedulers, written beside the policy: thin, readable, made to be edited."""

from importlib.resources import files as resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from retrainlab.experiments.production.policy import Policy
from retrainlab.experiments.storage import files

# At six in the morning for days and longer, five minutes past for hours.
SCHEDULES = {"hour": "5 * * * *", "day": "0 6 * * *", "week": "0 6 * * 1", "month": "0 6 1 * *"}
SUFFIX = ".j2"


def write(policy: Policy, folder: Path, first: str) -> list[str]:
    """Write every template, filled in; return the names of the files. first: the first tick."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    every = policy.columns.every
    values = {
        "folder": str(folder.resolve()),
        "name": folder.resolve().name,
        "label": policy.label,
        "every": every,
        "schedule": SCHEDULES[every],
        "first": first,
    }
    written = []
    for template in sorted(resources(__package__).joinpath("templates").iterdir(), key=str):
        if template.name.endswith(SUFFIX):
            name = template.name.removesuffix(SUFFIX)
            text = environment.from_string(template.read_text(encoding="utf-8")).render(values)
            files.write_text(folder / name, text)
            written.append(name)
    return written
