"""Commands that are stopped from outside: what they say, and who is left at work."""

import signal
import subprocess
from pathlib import Path

import pytest
from mine_hanging import HANGS
from processes import BOUND, all_gone, of_command, start, wait_for
from small_sweep import SMALL

HELPERS = Path(__file__).parents[1] / "helpers"
MANY = [*SMALL, "seeds=400", "folder=out"]
HUNG = [*SMALL[1:5], "seeds=4", "references=null", "strategy=never", "folder=out"]
ENGINES = ("joblib", "dask")


def hung(learner: str, engine: str) -> list[str]:
    """The words of a study whose workers never end by themselves."""
    own = f"+learner={{classification:{{_target_:mine_hanging.{learner}}}}}"
    return [*HUNG, "~learner", own, f"engine={engine}", "engine.jobs=2"]


def hanging(folder: Path) -> int:
    """How many processes hang in a fit."""
    return len(list(folder.glob(f"{HANGS}*")))


@pytest.mark.slow
@pytest.mark.parametrize("engine", [*ENGINES, "serial"])
def test_sigterm_ends_as_ctrl_c_does(engine: str, tmp_path: Path) -> None:
    jobs = [] if engine == "serial" else ["engine.jobs=2"]
    process = start(tmp_path, *MANY, f"engine={engine}", *jobs)
    wait_for(lambda: len(list((tmp_path / "out/units").glob("*.zip"))) > 2, process)
    process.terminate()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert all_gone(tmp_path)
    *_, last = err.splitlines()
    assert last.startswith("retrainlab: stopped by SIGTERM; ")
    assert last.endswith(
        "of 400 groups are done and kept: the same command with folder=out does the rest"
    )
    assert "Traceback" not in err + out
    assert (tmp_path / "out/manifest.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_that_hang_do_not_outlive_the_command(
    how: signal.Signals, engine: str, tmp_path: Path
) -> None:
    """They are gone, and so is what they held: nobody else has the command's output open."""
    process = start(tmp_path, *hung("Locked", engine), path=HELPERS)
    wait_for(lambda: hanging(tmp_path) == 2, process)
    process.send_signal(how)
    process.wait(timeout=60)
    assert all_gone(tmp_path)
    _, err = process.communicate(timeout=BOUND)
    assert process.returncode == {signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}[how]
    if how != signal.SIGKILL:
        assert "0 of 4 groups are done and kept" in err.splitlines()[-1]


@pytest.mark.slow
def test_timeout_sends_the_signal_twice_and_to_the_workers_as_well(tmp_path: Path) -> None:
    words = [*hung("Sleeping", "joblib")]
    process = start(tmp_path, *words, path=HELPERS)
    wait_for(lambda: hanging(tmp_path) == 2, process)
    for pid in [process.pid, *of_command(tmp_path)]:
        subprocess.run(["kill", "-TERM", str(pid)], check=False, stderr=subprocess.DEVNULL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 143
    assert all_gone(tmp_path)
    assert err.splitlines()[-1].startswith("retrainlab: stopped by SIGTERM; 0 of 4 groups")
