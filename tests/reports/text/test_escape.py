"""Names of anybody's in a terminal, in XML and in Markdown."""

from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.reports.text.escape import markdown
from retrainlab.sim.errors import InputError
from retrainlab.sim.printable import printable

ESCAPE = "\x1b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Größe in °C, 速度, 😀", "Größe in °C, 速度, 😀"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        (f"{ESCAPE}[2J{ESCAPE}]0;title\x07", "[2J]0;title"),
        ("carriage\rreturn, back\bspace, \x7f, \x9b31m", "carriagereturn, backspace, , 31m"),
        ("half \ud800 and none \uffff", "half  and none "),
        ("invoice\u202egpj.exe \u2066x\u2069", "invoicegpj.exe x"),
    ],
)
def test_control_characters_go_and_letters_stay(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
def test_what_is_left_is_utf_8_and_xml(text):
    left = printable(text)
    element = Xml.Element("name", value=left.replace("\n", "").replace("\t", ""))
    written = Xml.tostring(element, encoding="unicode")
    assert Xml.fromstring(written.encode()).get("value") == element.get("value")
    assert printable(left) == left
    assert ESCAPE not in left


def test_an_error_does_not_steer_the_terminal():
    assert str(InputError(f"column {ESCAPE}[31mred")) == "column [31mred"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("restricted mean delay, rows", "restricted mean delay, rows"),
        ("x 1.5, 0 to 9", "x 1.5, 0 to 9"),
        ("a|b", r"a\|b"),
        ("<script>", r"\<script\>"),
        ("[text](javascript:x)", r"\[text\](javascript:x)"),
        ("![x](y)", r"\!\[x\](y)"),
        ("*b* _i_ `c` ~d~", r"\*b\* \_i\_ \`c\` \~d\~"),
        ("see http://x.y and www.x.y, @you, #12", r"see http\://x.y and www\.x.y, \@you, \#12"),
        ("two\nlines", "two lines"),
        ("- a list", r"\- a list"),
        ("1. a list", r"1\. a list"),
        ("&lt;", r"\&lt;"),
        (f"{ESCAPE}[0m", r"\[0m"),
    ],
)
def test_markdown_is_the_text_and_no_mark_up(text, escaped):
    assert markdown(text) == escaped
