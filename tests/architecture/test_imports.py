"""The house: each storey imports only those below."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def test_every_import_contract_is_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_city_needs_code_of_its_own() -> None:
    packs = [REPOSITORY / "cities", REPOSITORY / "tests" / "packs"]
    assert [found for pack in packs for found in pack.rglob("*.py")] == []
