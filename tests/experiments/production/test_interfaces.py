"""What a policy may name: every part of every strategy that ships, and what it is made of."""

import pytest
from configuration import composed_as

from retrainlab.experiments.config.documented import choices
from retrainlab.experiments.production.interfaces import require_interface
from retrainlab.sim.errors import InputError

SHIPPED = sorted(set(choices("strategy")) - {"own"})


@pytest.mark.parametrize("name", SHIPPED)
def test_every_strategy_that_ships_can_be_a_policy(name):
    (strategy,) = composed_as("config", f"strategy={name}")["strategy"].values()
    for part in ("when", "what", "gate"):
        node = strategy[part]
        for one in node if isinstance(node, list) else [node]:
            require_interface(one, part, part)


def test_a_calendar_within_a_part_may_be_no_other_class():
    (strategy,) = composed_as("config", "strategy=rollback")["strategy"].values()
    strategy["when"]["when"] = {"_target_": "subprocess.Popen", "args": ["true"]}
    with pytest.raises(InputError, match="Popen; a policy builds only"):
        require_interface(strategy["when"], "when", "when")
