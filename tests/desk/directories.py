"""Made-up directories, for property tests."""

from hypothesis import strategies as st

from daemon.desk.directory_text import clean, names
from storage.records import DirectoryPerson

TEXT = st.text(st.characters(exclude_categories=["Cs"])).map(clean)
NAMES = st.lists(TEXT, max_size=4).map(names)
ADDRESSES = [f"{word}@example.com" for word in ("ann", "bob", "cleo", "dan", "eve", "finn")]


@st.composite
def people(draw: st.DrawFn) -> list[DirectoryPerson]:
    """Return people of whom each has an address, or more, of the own."""
    own = draw(st.lists(st.sampled_from(ADDRESSES), unique=True, min_size=1))
    others = st.lists(st.sampled_from(ADDRESSES), unique=True, max_size=3).map(tuple)
    return [
        DirectoryPerson(
            one,
            draw(TEXT),
            draw(st.sampled_from(["", *ADDRESSES])),
            draw(TEXT),
            draw(TEXT),
            draw(NAMES),
            draw(TEXT),
            draw(NAMES),
            draw(others),
            draw(st.sampled_from([(), (f"also-{one}",)])),
            draw(st.booleans()),
        )
        for one in own
    ]
