"""The desk that the operator's commands are tried on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.operated import Operated, operated


@pytest.fixture
def desk_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Operated]:
    yield from operated(tmp_path, capsys)
