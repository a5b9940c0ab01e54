"""How a check ends: with a verdict and its outputs, or with the reason why there is none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from retrainlab.experiments.check import outputs
from retrainlab.experiments.check.lines import too_few_seeds
from retrainlab.experiments.check.verdict import Kind, Verdict
from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.plan import FILE, read
from retrainlab.sim.errors import InputError, RunFailure
from retrainlab.sim.exit_codes import ExitCode


def begin(folder: Path) -> None:
    """Remove the outputs of an earlier check: those in the folder are of this one."""
    with files.locked(folder):
        outputs.remove(folder)


def or_refused(kind: Kind, config: dict[str, Any], folder: Path, work: Callable[[], int]) -> int:
    """Return the exit code of this work; where it refuses, say why in the outputs as well.

    Raises what the work does where a baseline was to be written, and in a folder of something else
    than a check, which is left alone.
    """
    try:
        return work()
    except (InputError, RunFailure) as error:
        options = config["check"]
        if options["update"] is True or _is_of_another(folder):
            raise
        return outputs.refuse(str(error), folder, options["json"] is True, kind)


def tell(verdict: Verdict, folder: Path, as_json: bool) -> int:
    """Write the verdict and print it; return the exit code."""
    outputs.save(verdict, folder)
    outputs.show(verdict, as_json)
    if not as_json:
        print(f"Verdict: {folder} ({', '.join(outputs.NAMES)})")
    return verdict.code


def written(verdict: Verdict) -> int:
    """Say that the baseline is written, and what no check can judge by it; return the exit code.

    verdict: of what the baseline was made of, by that baseline.
    """
    print(f"Baseline: {verdict.baseline}")
    if verdict.unjudged:
        print(too_few_seeds(verdict))
    return ExitCode.DONE


def _is_of_another(folder: Path) -> bool:
    """Whether a folder holds results of something else than a check."""
    if (folder / FILE).exists():
        return read(folder).kind != "check"
    return (folder / "manifest.json").exists()
