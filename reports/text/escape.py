"""Text inside Markdown: it stays the text that it is, whatever it contains."""

import re

from retrainlab.sim.printable import printable

SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~!$&@^])")
# What GitHub and GitLab make a link of without being asked, and a list or a heading at the start.
ADDRESS = re.compile(r"(?i)(?<=[a-z])(:)(?=//)|(?<=\bwww)(\.)")
FIRST = re.compile(r"^(\d*)([-+=.)])")


def markdown(text: str) -> str:
    """Return the text in one line without any mark-up of its own: table, tag, link, emphasis."""
    line = " ".join(printable(text).split())
    escaped = ADDRESS.sub(lambda match: f"\\{match[0]}", SIGNS.sub(r"\\\1", line))
    return FIRST.sub(r"\1\\\2", escaped)
