"""A real browser for the tests of pages: Debian's Chromium, driven by Playwright.

Where it cannot be had the tests are skipped, and pytest's last lines say so;
with CI=true they fail instead.
"""

from __future__ import annotations

import os
import shutil

import pytest

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None

NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing() -> str | None:
    """What is not there, and how to get it."""
    if sync_playwright is None:
        return "Python's playwright is not installed: pip install playwright"
    if not any(map(shutil.which, NAMES)):
        return "no Chromium on this machine: apt-get install chromium"
    return None


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs Chromium and playwright")


@pytest.hookimpl(wrapper=True, tryfirst=True)  # after the list of what was skipped
def pytest_terminal_summary(terminalreporter):
    yield
    if reason := missing():
        terminalreporter.write_line(f"browser tests did not run: {reason}", yellow=True)


@pytest.fixture(scope="module")  # its event loop must not run on under other tests
def browser():
    if reason := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"browser tests did not run: {reason}")
        pytest.skip(reason)
    path = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def show(browser, tmp_path):
    """Open a page as a file; whatever it says on the console or asks for is kept, and must be nothing."""
    heard: list[str] = []
    contexts = []

    def show(html: str, *, width: int = 1100, dark: bool = False, quiet: bool = True):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        if quiet:
            page.on("console", lambda message: heard.append(f"console: {message.text}"))
            page.on("pageerror", lambda error: heard.append(f"error: {error}"))
            page.on("dialog", lambda dialog: heard.append(f"dialog: {dialog.message}"))
            page.on(
                "request", lambda request: heard.append(request.url) if request.url != path.as_uri() else None
            )
        page.goto(path.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert heard == []
