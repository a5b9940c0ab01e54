"""A finished study in its folder: tables, decisions, figures and report, to read and to show."""

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path

import pandas as pd

from retrainlab import reports
from retrainlab.reports.pages.inline_views import decision_view, page_view, run_view
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.decision import sentence
from retrainlab.reports.text.failures import grouped
from retrainlab.sim.errors import InputError, require


@dataclass(frozen=True)
class Answer:
    """The decision about one scenario with its sentence; a notebook shows both.

    data: all of the decision, as in `decision.json`.
    """

    sentence: str
    data: Decision

    @property
    def kind(self) -> str:
        """Return "retrain", "keep", "baseline" or "undecided"."""
        return self.data.kind

    @property
    def choice(self) -> str:
        """Return the label of the recommended setting; if undecided, of the cheapest one."""
        return self.data.choice

    @property
    def overrides(self) -> str:
        """Return the choice as words for the command line; empty for a baseline."""
        return self.data.overrides

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return decision_view(self.sentence, self.data)


@dataclass(frozen=True)
class Figure:
    """A figure of a report; a notebook shows it. path: of the PNG, with an SVG beside it."""

    path: Path

    def _repr_png_(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True)
class Page:
    """The report of a run; a notebook shows it in a frame. path: of the HTML file."""

    path: Path

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def _repr_html_(self) -> str:
        return page_view(self.path.read_text(encoding="utf-8"))


class Run:
    """A study that was run, in a folder; also one that the command line has run.

    Its properties raise `InputError` where the folder holds no study, or a damaged file.
    """

    def __init__(self, folder: str | PathLike[str]):
        self.folder = Path(folder)

    @cached_property
    def tables(self) -> Tables:
        """Return the tables as pandas frames: `runs`, `ticks`, `retrainings`, `alarms` and more."""
        return reports.load(self.folder)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Return a row a scenario and setting, with means over seeds and 95 % intervals."""
        return reports.summary(self.tables)

    @cached_property
    def decisions(self) -> dict[str, Answer]:
        """Return the decision about each scenario."""
        manifest = self.tables.manifest
        decisions = reports.decisions(self.report.path.parent)
        return {name: Answer(sentence(one, manifest), one) for name, one in decisions.items()}

    @property
    def decision(self) -> Answer:
        """Return the decision of a study with one scenario; `InputError` names those of several."""
        answers = self.decisions
        require(
            len(answers) == 1,
            f"this study has {len(answers)} scenarios; take one, as in "
            f"run.decisions[{next(iter(answers), '')!r}]",
        )
        return next(iter(answers.values()))

    @property
    def report(self) -> Page:
        """Return the report; it is written first where it is missing."""
        page = self.folder / "report.html"
        return Page(page if page.is_file() else reports.build(self.folder))

    @property
    def failures(self) -> list[str]:
        """Return a sentence for each reason why settings failed; empty if none did."""
        return grouped(self.tables.manifest.failures, self.tables.manifest)

    @property
    def figures(self) -> list[str]:
        """Return the names of the report's figures."""
        names = sorted(path.stem for path in (self.report.path.parent / "figures").glob("*.png"))
        require(bool(names), f"{self.folder} holds no figures of a study")
        return names

    def figure(self, name: str) -> Figure:
        """Return a figure by its name, or by an ending that only one has: `timeline`.

        A scenario may be written as the configuration has it, `toilet_paper-timeline`. `InputError`
        lists the names.
        """
        figures, wanted = self.figures, name.replace("_", "-")
        same = [one for one in figures if one == wanted]
        fitting = same or [one for one in figures if one.endswith(f"-{wanted}")]
        if len(fitting) != 1:
            raise InputError(f"there is no figure {name!r}; there is: {', '.join(figures)}")
        return Figure(self.report.path.parent / "figures" / f"{fitting[0]}.png")

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    def __str__(self) -> str:
        lines = [f"{name}: {answer}" for name, answer in self.decisions.items()]
        return "\n".join([*lines, *self.failures, f"Report: {self.report}"])

    def _repr_html_(self) -> str:
        views = {name: decision_view(a.sentence, a.data) for name, a in self.decisions.items()}
        return run_view(views, self.failures, str(self.report))
