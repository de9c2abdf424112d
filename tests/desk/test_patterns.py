"""Addresses, domains and stars, as operators list them."""

import fnmatch
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.patterns import Patterns


@pytest.mark.parametrize(
    ("pattern", "address", "fits"),
    [
        ("ann@corp.test", "ann@corp.test", True),
        ("Ann@Corp.test", "ann@corp.test", True),
        ("corp.test", "ann@corp.test", True),
        ("@corp.test", "ann@corp.test", True),
        ("corp.test", "ann@plant.corp.test", False),
        ("*.corp.test", "ann@plant.corp.test", True),
        ("*.corp.test", "ann@corp.test", False),
        ("*@*.corp.test", "ann@plant.corp.test", True),
        ("lab-*@corp.test", "lab-7@corp.test", True),
        ("lab-*@corp.test", "slab-7@corp.test", False),
        ("a*a@corp.test", "a@corp.test", False),
        ("*", "anybody@any.test", True),
        ("corp.test", "", False),
    ],
)
def test_a_pattern_fits_what_it_says(pattern: str, address: str, fits: bool):
    patterns = Patterns.of((pattern,))

    assert patterns.fits(address) is fits
    assert patterns.first(("nobody@other.example", address)) == (
        "" if not fits else "nobody@other.example" if pattern == "*" else address
    )


@given(st.text("ab*", min_size=1, max_size=8), st.text("ab", max_size=10))
def test_stars_mean_the_same_as_in_file_names(pattern: str, local: str):
    address = f"{local}@x"

    assert Patterns.of((f"{pattern}@x",)).fits(address) == fnmatch.fnmatchcase(address, f"{pattern}@x")


def test_a_pattern_of_many_stars_ends_soon():
    start = time.thread_time()
    Patterns.of(("*a" * 50 + "b@x",)).fits("a" * 250 + "@x")

    assert time.thread_time() - start < 5
