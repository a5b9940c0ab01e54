"""Command lines of README and docs: each names a command, and options and choices that exist."""

import re
import shlex
from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from test_docs import PAGES, ROOT

from retrainlab.experiments.commands import COMMANDS, Command, parse
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.config.overrides import override
from retrainlab.experiments.production.decide import SHORT

BLOCK = re.compile(r"```[^\n]*\n(.*?)```", re.DOTALL)
YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
LEFT_OUT = ("...", "hydra/sweeper=optuna", "[COMMAND]", "$SLURM")  # placeholders, and a plugin


def lines() -> list[tuple[str, str]]:
    """Page and command line of each line of a code block that calls the command."""
    return [
        (page.name, line.removeprefix("$ "))
        for page in [*PAGES, ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md"]
        for block in BLOCK.findall(page.read_text())
        for line in re.sub(r"\\\n\s*", " ", block).splitlines()
        if re.match(r"(\$ )?retrainlab ", line) and not any(part in line for part in LEFT_OUT)
    ]


def test_there_are_many():
    assert len(lines()) > 40


@pytest.mark.parametrize(("page", "line"), lines())
def test_a_command_line_of_the_docs_is_right(page, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line, comments=True)[1:]
    if "--help" in words:
        return
    command, words = parse(words)
    if command.config is None or (command.repeats and "--update" in line):
        _keys_are_known(command, words)
    else:
        composed(command.config, _overrides(words, tmp_path))


def _keys_are_known(command: Command, words: list[str]) -> None:
    """Check the `key=value` words of a command without a configuration of its own."""
    if command.name == "decide":
        composed(
            "config", ["scenario=file", *(w for w in words[1:] if w.split("=")[0] not in SHORT)]
        )
        return
    known = {name.split("=")[0] for name, _ in command.arguments} | {"check.update"}
    assert {word.split("=")[0] for word in words if "=" in word} <= known


def _overrides(words: list[str], folder: Path) -> list[str]:
    """The overrides without flags; of swept values the first."""
    overrides, flags = [], iter(words)
    for word in flags:
        if word.startswith("--config-dir"):
            name = word.partition("=")[2] or next(flags)
            overrides.append(f"hydra.searchpath=[file://{files_of_the_docs(folder / name)}]")
        elif not word.startswith("-"):
            overrides.append(_first(word))
    return overrides


def files_of_the_docs(folder: Path) -> Path:
    """Write the YAML blocks that name their file, and the experiment of SECURITY.md."""
    for page in PAGES:
        for block in YAML.findall(page.read_text()):
            if named := re.search(r"^# mine/(\S+)", block, re.MULTILINE):
                path = folder / named[1]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block)
    theirs = "# @package _global_\ndefaults:\n  - override /scenario: sudden\nseeds: 2\n"
    (folder / "experiment" / "theirs.yaml").write_text(theirs)
    return folder


def _first(word: str) -> str:
    parsed = OverridesParser.create().parse_override(word)
    if not parsed.is_sweep_override():
        return word
    return override(parsed.get_key_element(), next(iter(parsed.sweep_iterator())))


def test_every_command_is_shown_somewhere():
    everything = " ".join(page.read_text() for page in PAGES)
    assert [
        name for name in COMMANDS if name != "run" and f"retrainlab {name}" not in everything
    ] == []
