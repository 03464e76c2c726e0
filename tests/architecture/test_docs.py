"""Docs that cannot rot."""

import re
from pathlib import Path

from dashboard.__main__ import COMMANDS
from dashboard.config import PREFIX, Settings
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.document import pages

ROOT = Path(__file__).parent.parent.parent


def test_the_pages_of_metrics_are_the_catalogue_of_today() -> None:
    folder = ROOT / "docs" / "metrics"
    written = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert written == pages(Catalogue.load()), "run `make docs`"


def test_every_setting_is_described_in_operations() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for name in Settings.model_fields:
        assert f"`{PREFIX}{name.upper()}`" in text, name


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
        assert named <= known, page.name


def test_every_command_is_shown_somewhere() -> None:
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    written = " ".join(page.read_text("utf-8") for page in pages)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        assert f"python -m dashboard {name}" in written, name
