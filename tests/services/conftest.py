"""The desk of the stories serves these tests too."""

from tests.scenarios.conftest import desk

__all__ = ["desk"]
