"""A page as a test reads it: its addresses, headers, pictures and words."""

from html.parser import HTMLParser
from pathlib import Path


class Page(HTMLParser):
    """What a page refers to, and its pictures' words."""

    def __init__(self, path: Path):
        super().__init__()
        self.addresses: list[str] = []
        self.images: list[str] = []
        self.words: dict[str, str] = {}
        self.pictures: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.headers: list[dict[str, str | None]] = []
        self.text = ""
        self.inside = ""
        self.feed(path.read_text(encoding="utf-8"))

    @property
    def alts(self) -> list[str]:
        """What is said of each figure, vectors first."""
        named = [p["aria-describedby"] for p in self.pictures if p.get("aria-describedby")]
        return [*(self.words[name] for name in named if name), *self.images]

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append(tag)
        self.inside = tag
        if attributes.get("role") == "img":
            self.pictures.append(attributes)
        self.addresses += [
            attributes[k] for k in ("src", "href", "srcset", "action") if attributes.get(k)
        ]
        if tag == "img":
            self.images.append(attributes.get("alt") or "")
        if tag == "th":
            self.headers.append(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
            self.words[attributes["id"]] = ""

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside in ("title", "desc") and self.ids:
            self.words[self.ids[-1]] += data
        if self.inside not in ("script", "style"):
            self.text += data
