"""docs/use.md is what the facts and the model say."""

from connected_place.coverage.parameters import Use
from connected_place.scripts.docs.use_page import USE_PAGE, use_page


def test_the_page_is_as_the_facts_and_the_model_say():
    """Behind? Run: python -m connected_place.scripts.docs.use_page."""
    assert USE_PAGE.read_text(encoding="utf-8") == use_page()


def test_the_page_has_every_kind_and_says_what_is_not_known():
    text = use_page()
    assert all(f"\n| {kind} | {users:.0f} |" in text for kind, users in Use().users_per_day.items())
    assert text.count("| not known | not known |") == 3  # access points and area of each UK scheme
