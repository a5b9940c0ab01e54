"""Tab completion, in the shells themselves and without them."""

import re
import shutil
import sys

import pexpect
import pytest

from retrainlab.experiments.completion import proposals
from retrainlab.sim.errors import InputError


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("retrainlab opt", ["optimize"]),
        ("retrainlab optimize scen", ["scenario="]),
        ("retrainlab gates stra", []),  # it has none to choose
        ("retrainlab map map.", ["map.axis=", "map.prices=", "map.values="]),
        ("retrainlab scenario=gr", ["scenario=gradual"]),
        ("retrainlab 'strategy=[never,per", ["strategy=[never,periodic"]),
        ("retrainlab learner=tree world.la", ["world.label_delay="]),
        ("retrainlab check --up", ["--update"]),
        ("retrainlab report ", []),  # a folder: the shell's own completion
        ("retrainlab report runs/a opt", []),
        ("retrainlab completion ", ["bash", "zsh"]),
        ("retrainlab library b", ["build"]),
        ("retrainlab export runs/a b la", ["label="]),
    ],
)
def test_what_may_follow(line, expected):
    assert proposals(line) == expected


def test_files_of_ones_own_are_proposed(tmp_path):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "grouse.yaml").touch()
    line = f"retrainlab --config-dir {tmp_path} optimize scenario=gr"
    assert proposals(line) == ["scenario=gradual", "scenario=grouse"]
    assert proposals(f"retrainlab --config-dir {tmp_path}/sc") == [f"{tmp_path}/scenario/"]


@pytest.mark.parametrize("word", ["fish", ""])
def test_another_shell_is_refused(word):
    from retrainlab.experiments.completion import completion

    with pytest.raises(InputError, match="completion knows bash and zsh"):
        completion([word])


@pytest.mark.parametrize("shell", ["bash --norc --noprofile", "zsh -f"], ids=["bash", "zsh"])
def test_the_tab_key_in_a_real_shell(shell, tmp_path):
    if shutil.which(shell.split()[0]) is None:
        pytest.skip(f"{shell.split()[0]} is not installed")
    command = tmp_path / "retrainlab"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m retrainlab "$@"\n')
    command.chmod(0o755)
    terminal = pexpect.spawn(shell, encoding="utf-8", timeout=60, dimensions=(40, 200))
    terminal.sendline(f"PATH={tmp_path}:$PATH; cd {tmp_path}; PS1='ready> '")
    terminal.sendline('eval "$(retrainlab completion ' + shell.split()[0] + ')"; echo set"-"up')
    terminal.expect("set-up")
    for typed, completed in (
        ("retrainlab optim\t", "optimize"),
        ("scenario=flig\t", "scenario=flights"),
        ("world.label\t", "world.label_delay="),
    ):
        terminal.send(typed)
        terminal.expect(re.escape(completed))
        terminal.send(" ")
    terminal.close(force=True)
