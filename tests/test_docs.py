"""Documentation: its links, the files that it names, and the table of rooms in docs/design.md."""

import re
from pathlib import Path

import pytest
from test_imports import MAY

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED = re.compile(
    r"`((?:sim|scenarios|strategies|experiments|reports|tests|docs|benchmarks)/[\w/.]+)"
)

# Files that a reader adds, in examples.
EXAMPLES = {
    "experiments/mine.py",
    "scenarios/flip.py",
    "experiments/conf/scenario/flip.yaml",
    "experiments/conf/detector/mine.yaml",
}


def prose(page: Path) -> str:
    return re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", prose(page))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page):
    names = set(NAMED.findall(prose(page))) - EXAMPLES
    assert {name for name in names if not (ROOT / name).exists()} == set()


def test_every_page_is_reached_from_the_readme():
    reached, queue = set(), [ROOT / "README.md"]
    while queue:
        page = queue.pop()
        reached.add(page)
        links = re.findall(r"\]\(([\w/-]+\.md)", page.read_text())
        queue += {(page.parent / link).resolve() for link in links} - reached
    assert set(PAGES) <= reached


def test_the_table_of_rooms_is_that_of_the_imports():
    rows = re.findall(
        r"^\| `([a-z_.\d]+)` \|", (ROOT / "docs" / "design.md").read_text(), re.MULTILINE
    )
    assert sorted(rows) == sorted(["api", *MAY])


@pytest.mark.slow
def test_the_api_reference_holds_every_public_name(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import api_reference

    import retrainlab

    page = api_reference.main(tmp_path).read_text()
    assert [name for name in retrainlab.__all__ if f'id="{name}"' not in page] == []
