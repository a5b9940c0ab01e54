"""kill -9 at random moments: every command goes on, and leaves the same bytes in the end."""

import random
import time
from pathlib import Path

import own_log
import pytest
from command_line import run
from processes import all_gone, start
from small_sweep import SMALL, bytes_of

AROUND = [*SMALL[1:5], "learner=naive_bayes", "references=null", "engine.jobs=2"]
COMMANDS = {
    "run": [*AROUND, "strategy=[never,trigger]", "seeds=12"],
    "one stream": [*AROUND, "strategy=[never,trigger,periodic]", "seeds=1", "engine.jobs=4"],
    "optimize": ["optimize", *AROUND, "strategy=periodic", "seeds=6"],
    "map": ["map", *AROUND, "strategy=[never,trigger]", "seeds=4", "map.values=[0.1,0.2,0.3]"],
    "own log": [
        *("-m", *own_log.WORDS, "learner=naive_bayes,logistic,tree", "strategy=[never,drop]"),
        *("references=null", "engine.jobs=2"),
    ],
    "detect": [
        *("detect", "scenario=[]", "errors=[stationary,step]", "errors.stationary.rows=1500"),
        *("errors.step.rows=1500", "errors.step.start=700", "detect.window=400", "seeds=12"),
        *("detector=[adwin,ddm]", "engine.jobs=2", "detect.wide=null"),
    ],
}


def killed_and_resumed(folder: Path, words: list[str], kills: int) -> None:
    """Kill a command again and again, each time a little later; then let it come to its end."""
    for number in range(kills):
        process = start(folder, *words, "folder=out")
        units, before = folder / "out/units", len(list((folder / "out/units").glob("*.zip")))
        while process.poll() is None and len(list(units.glob("*.zip"))) <= before + number % 2:
            time.sleep(0.01)
        time.sleep(random.random() / 2)
        process.kill()
        process.communicate(timeout=60)
        assert all_gone(folder)
    assert run(folder, *words, "folder=out") == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kills", [1, pytest.param(20, marks=pytest.mark.stress)])
def test_a_command_that_was_killed_leaves_the_same_bytes(
    command: str, kills: int, tmp_path: Path
) -> None:
    words = COMMANDS[command]
    own_log.save(tmp_path)
    killed_and_resumed(tmp_path, words, kills)
    assert not list((tmp_path / "out/units").glob(".*"))
    assert run(tmp_path, *words, "folder=whole") == 0
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "whole")
