"""Every template: the one policy, every address quoted, and nothing that a name can break."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fake_study import CELLS, Fake, write
from html_page import Page

from retrainlab import reports
from retrainlab.reports.pages import comparison, html, index

TEMPLATES = sorted((Path(reports.__file__).parent / "templates").rglob("*.j2"))
ADDRESSES = re.compile(
    r"""(?:href|src|srcset|action|poster|data|cite)\s*=\s*("[^"]*"|'[^']*'|\S+)"""
)
HOSTILE = ["javascript:alert(1)", 'a "b"', "it's", "two words", "a#b?c=d", "100%", "ä&amp;<i>"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_value_in_an_address_is_quoted(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    for address in ADDRESSES.findall(text):
        values = re.findall(r"\{\{(.*?)\}\}", address)
        assert all(value.strip().endswith("| address") for value in values), address
        assert not values or address.startswith('"')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_page_is_made_from_the_base_with_its_policy(path):
    text = path.read_text()
    if path.parent.name == "pages":
        assert text.startswith('{% extends "base.html.j2" %}')
    assert text.count("Content-Security-Policy") == (path.name == "base.html.j2")
    assert "safe }}" not in text
    assert not re.search(r"<[^>]*\son\w+\s*=", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_address_is_a_file_beside_the_page(name):
    address = html.address(name)
    assert re.fullmatch(r"[\w.~/%-]+", address, re.ASCII)
    assert ":" not in address


class Links(HTMLParser):
    """Addresses and texts of the links of a page."""

    def __init__(self, text):
        super().__init__()
        self.links = []
        self.is_inside = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.is_inside = tag == "a"
        if self.is_inside:
            self.links.append([dict(attributes).get("href"), ""])

    def handle_endtag(self, tag):
        self.is_inside = False

    def handle_data(self, data):
        if self.is_inside:
            self.links[-1][1] += data


@pytest.mark.slow
def test_files_and_folders_of_any_name_are_linked_as_they_are(tmp_path):
    name = "javascript:alert(1) 'a' \"b\" #c?d=100% &amp;<i>"
    run, other = write(tmp_path / name, (Fake("gradual", cells=CELLS[:3]),)), tmp_path / "other"
    (run / f"{name}.parquet").write_bytes((run / "runs.parquet").read_bytes())
    first = reports.build(run)
    shutil.copytree(run, other)
    links = {text: address for address, text in Links(first.read_text()).links}
    assert links[f"{name}.parquet"] == f"{html.address(name)}.parquet"
    pages = first, index.build(tmp_path, [run]), comparison.build([run, other])
    addresses = [address for page in pages for address in Page(page).addresses]
    assert [a for a in addresses if not a.startswith(("#", "data:")) and ":" in a] == []
    assert f'href="{html.address(name)}/report.html#' in pages[1].read_text()
    assert f'href="../{html.address(name)}/report.html"' in pages[2].read_text()
