"""The report in a real browser: no error, no request, and no sideways scrolling on a phone."""

import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--v=0", "--virtual-time-budget=5000", "--dump-dom"),
)
# Chromium calls home whatever page it shows; an empty page makes these calls too.
HOME = {
    *(b"clients2.google.com", b"www.google.com", b"accounts.google.com"),
    *(b"update.googleapis.com", b"safebrowsing.googleapis.com", b"edgedl.me.gvt1.com"),
    *(b"optimizationguide-pa.googleapis.com", b"content-autofill.googleapis.com"),
}
# A frame as wide as a phone: a headless window itself does not get that narrow.
PHONE = """<title></title>
<iframe id="phone" width="{width}" height="800" src="report.html"></iframe>
<script>
document.getElementById("phone").onload = (event) => {{
  const page = event.target.contentDocument.documentElement;
  const asked = event.target.contentWindow.performance.getEntriesByType("resource");
  const outside = asked.filter((entry) => !entry.name.startsWith("data:"));
  document.title = `${{page.clientWidth}} ${{page.scrollWidth}} ${{outside.length}}`;
}};
</script>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def page(study):
    return study / "report.html"


class Proxy:
    """A proxy that answers nothing and writes down who asked for what."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.hosts: set[bytes] = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                target = connection.recv(200).split(b" ")[1]
                self.hosts.add(target.removeprefix(b"http://").split(b"/")[0].split(b":")[0])


def visit(address: Path, profile: Path) -> tuple[str, list[str], set[bytes]]:
    """Open a page; return its final text, the console's errors, and the hosts it asked."""
    proxy = Proxy()
    options = (f"--user-data-dir={profile}", f"--proxy-server=127.0.0.1:{proxy.port}")
    done = subprocess.run(
        [str(CHROMIUM), *QUIET, "--allow-file-access-from-files", *options, address.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    proxy.server.close()
    errors = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, errors, proxy.hosts - HOME


def test_the_trap_catches_errors_and_requests(tmp_path):
    leaky = tmp_path / "leaky.html"
    leaky.write_text('<img src="http://example.invalid/a.png"><script>missing()</script>')
    _, errors, hosts = visit(leaky, tmp_path / "profile")
    assert any("missing is not defined" in error for error in errors)
    assert hosts == {b"example.invalid"}


def test_the_page_opens_without_an_error_or_a_request(page, tmp_path):
    text, errors, hosts = visit(page, tmp_path / "profile")
    assert "Do not retrain" in text
    assert errors == []
    assert hosts == set()


@pytest.mark.parametrize("width", [390, 1024])
def test_the_page_does_not_scroll_sideways(page, tmp_path, width):
    frame = page.parent / f"frame{width}.html"
    frame.write_text(PHONE.format(width=width))
    text, errors, _ = visit(frame, tmp_path / "profile")
    inside, content, requests = text.split("<title>")[1].split("</title>")[0].split()
    assert errors == []
    assert width - 40 < int(inside) <= width
    assert content == inside
    assert requests == "0"
