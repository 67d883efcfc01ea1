"""Directories for servers: not pytest's own, which each new session closes to other accounts."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def module_place() -> Iterator[Path]:
    """A directory for all tests of a file; PostgreSQL's account may pass through when we are root."""
    made = Path(tempfile.mkdtemp(prefix="xiaopu-test-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def place() -> Iterator[Path]:
    """The same for one test."""
    made = Path(tempfile.mkdtemp(prefix="xiaopu-test-"))
    yield made
    shutil.rmtree(made)
