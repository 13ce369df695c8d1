"""Text that is coloured by numbers or labels: what stands there, in which colours, and what is said of it."""

import re

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from grader.figures._coloured_text import WIDE, Line, page, picture, told
from grader.figures.palette import contrast

NUMBERS = Line("I doubt that it was dull".split(), [0.0, -0.5, 0.004, 0.25, -0.004, 1.0], "read as positive")
LABELS = Line(["Anna Meier", "flew", "to", "Bern"], ["PERSON \N{CHECK MARK}", "", "", "PLACE"])
LETTERS = Line("the pub und <$>\n", ["en"] * 8 + ["de"] * 4 + [""] * 4)


def papers(fig):
    """The colours of the pieces, from left to right and from top to bottom."""
    boxes = [patch for patch in fig.axes[0].patches if isinstance(patch, Rectangle) and patch.get_height() == 2.1]
    return [to_hex(box.get_facecolor()).upper() for box in boxes]


def texts(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def test_a_number_has_a_colour_by_its_size_and_stands_there_with_its_sign():
    fig = picture([NUMBERS])
    none, less, hardly, more, _, most = papers(fig)
    assert none == "#FFFFFF" and hardly != most
    assert 1 < contrast(more) < contrast(most), "the darker the larger"
    orange, blue = (int(color[1:3], 16) - int(color[5:7], 16) for color in (less, most))
    assert orange > 50 and blue < -20
    assert texts(fig)[0] == "read as positive"
    assert texts(fig)[1:] == [
        "I",
        "0",
        "doubt",
        "\N{MINUS SIGN}0.50",
        "that",
        "0",
        "it",
        "+0.25",
        "was",
        "0",
        "dull",
        "+1.00",
    ]
    assert papers(picture([NUMBERS], reach=2.0))[-1] != most, "its share of what has all of its colour"
    assert set(papers(picture([Line(["a", "b"], [0.0, 0.0])]))) == {"#FFFFFF"}


def test_a_label_has_a_colour_a_line_and_its_name():
    fig = picture([LABELS, Line(["Bern"], ["PLACE ?"])])
    person, _, _, place, other = papers(fig)
    assert person != place == other, "the same label has the same colour in every line"
    colors = [line.get_color() for line in fig.axes[0].lines]
    assert colors[0] != colors[1] == colors[2] and all(line.is_dashed() for line in fig.axes[0].lines)
    assert "PERSON \N{CHECK MARK}" in texts(fig) and "PLACE ?" in texts(fig)


def test_letters_with_one_label_make_one_run():
    fig = picture([LETTERS], joined=True)
    assert len(papers(fig)) == 3 and len(fig.axes[0].lines) == 2
    assert [text for text in texts(fig) if len(text) == 2] == ["en", "de", r"\$"], "a dollar is no mathematics"
    signs = picture([Line("abc", [0.5, -0.5, 0.01])], joined=True)
    assert texts(signs) == ["a", "+", "b", "\N{MINUS SIGN}", "c"]
    narrow = picture([Line("abc", ["en", "de", "fr"])], joined=True)
    heights = [text.get_position()[1] for text in narrow.axes[0].texts if len(text.get_text()) == 2]
    assert len(set(heights)) == 3, "names that would lie on each other stand one below the other"


@pytest.mark.parametrize("joined", [True, False])
def test_a_long_text_goes_on_in_the_next_row(joined):
    fig = picture([Line(["word"] * 100, ["en"] * 100)], joined=joined)
    boxes = [patch for patch in fig.axes[0].patches if isinstance(patch, Rectangle) and patch.get_height() == 2.1]
    assert all(box.get_x() + box.get_width() <= WIDE + 1 for box in boxes)
    assert len({box.get_y() for box in boxes}) > 3


def test_the_page_says_the_same_and_escapes_it():
    numbers, letters = page([NUMBERS]), page([LETTERS], joined=True)
    assert numbers.count("display:inline-block") == 6 and "+1.00" in numbers and "read as positive" in numbers
    assert "&lt;$&gt;" in letters and "<$>" not in letters and letters.count("border-bottom") == 2
    for paper, ink in re.findall(r"background:(#\w{6});color:(#\w{6});padding", numbers + letters):
        on_white = contrast(paper)
        assert (on_white if ink == "#FFFFFF" else 21 / on_white) >= 4.5


def test_what_is_told():
    assert told(NUMBERS, most=2) == "dull +1.00 and doubt \N{MINUS SIGN}0.50"
    assert told(LABELS) == "Anna Meier PERSON \N{CHECK MARK} and Bern PLACE"
    assert told(LETTERS, joined=True) == "the pub en and und de"
    assert told(Line(["a"], [""])) == "no label" and told(Line([], [])) == "nothing"


def test_each_piece_has_a_mark():
    for made in (picture, page):
        with pytest.raises(ValueError, match="2 pieces and 1 marks; each piece needs one"):
            made([Line(["a", "b"], [1.0])])
