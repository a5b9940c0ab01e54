"""Help: every command has one, it fits a terminal, and its options and examples are real."""

import shlex
import subprocess
import sys

import pytest
from command_line import run

from retrainlab.experiments import help as helps
from retrainlab.experiments.commands import COMMANDS, TABLE
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.config.documented import EXPLAINED, group_options, root_options
from retrainlab.experiments.config.unread import reason

COMPOSED = [command for command in TABLE if command.config is not None]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_tells_its_own_help(name, flag, tmp_path, capsys):
    assert run(tmp_path, name, flag) == 0
    lines = capsys.readouterr().out.splitlines()
    usage = f"Usage: retrainlab {name} {COMMANDS[name].usage}"
    assert " ".join(" ".join(lines).split()).startswith(usage)
    assert [*tmp_path.iterdir()] == []


def test_a_word_that_is_no_command_has_no_help(tmp_path, capsys):
    assert run(tmp_path, "optimise", "--help") == 2
    assert "did you mean optimize?" in capsys.readouterr().err


def test_without_a_command_every_command_is_listed(tmp_path, capsys):
    assert run(tmp_path, "--help") == 0
    output = capsys.readouterr().out
    assert all(f"\n  {command.name} " in output for command in TABLE)


@pytest.mark.parametrize(
    "text", [helps.overview(), *map(helps.of_command, TABLE)], ids=["all", *COMMANDS]
)
def test_help_fits_80_columns(text):
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("command", COMPOSED, ids=lambda command: command.name)
def test_every_option_is_one_of_the_configuration(command):
    config = composed(command.config, [])
    options = [o for o in root_options(command.config) if not o.path.startswith("hydra")]
    assert set(command.sections) <= {o.path.split(".")[0] for o in options}
    for option in options:
        assert _has(config, option.path.split(".")), option.path


# Options that a command refuses, or that hardly matter to it, beside those of `config.unread`.
UNLISTED = {
    "run": ("optimize",),
    "optimize": ("shard",),
    "map": ("forecast", "optimize"),
    "check": ("scenario",),
}


@pytest.mark.parametrize("name", ["run", "optimize", "map", "detect", "check"])
def test_the_help_lists_every_option_that_its_command_reads(name):
    root, text = COMMANDS[name].config, helps.of_command(COMMANDS[name])
    missing = {o.path for o in root_options(root) if f"  {o.path}=" not in text}
    assert [
        p for p in missing if not reason(root, p) and not p.startswith(UNLISTED.get(name, ()))
    ] == []


def test_the_help_of_gates_has_no_strategy_since_none_is_read():
    text = helps.of_command(COMMANDS["gates"])
    assert "  strategy" not in text
    assert "  gates.when=" in text


@pytest.mark.parametrize("group", [g for g in EXPLAINED if g != "strategy"])
def test_every_option_of_a_group_is_one_of_the_configuration(group):
    config = composed("config", [f"{group}={EXPLAINED[group]}"])
    for option in group_options(group):
        assert _has(config, option.path.split(".")), option.path


def _has(node, path):
    if not path:
        return True
    # A key of a grid has points of its own.
    heads = [".".join(path[: n + 1]) for n in range(len(path))]
    return isinstance(node, dict) and any(
        head in node and _has(node[head], path[n + 1 :]) for n, head in enumerate(heads)
    )


@pytest.mark.parametrize("command", TABLE, ids=lambda command: command.name)
def test_every_example_names_its_command_and_options_that_exist(command):
    for example in command.examples:
        program, *words = shlex.split(example.removeprefix('eval "$(').removesuffix(')"'))
        assert program == "retrainlab"
        if command.config is None:
            assert words[0] == command.name
        else:
            named = command.name.split()
            words = words[len(named) :] if words[: len(named)] == named else words
            if not {"-m", "--update"} & set(words) and "???" not in example:
                composed(command.config, words)


def test_help_needs_neither_hydra_nor_scikit_learn():
    code = (
        "import sys; sys.argv = ['retrainlab', 'optimize', '--help']\n"
        "from retrainlab.experiments.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([n for n in ('hydra', 'sklearn', 'pandas', 'river') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
