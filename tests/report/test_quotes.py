"""Comments on the page: those that were listed, escaped, without a name, and apart from results."""

from __future__ import annotations

from pilotproof.findings import QuoteFinding
from pilotproof.report.quotes import quote_results


def with_quotes(demo, *comments: str):
    quotes = tuple(QuoteFinding(wave="after", question="Anything else?", comment=comment) for comment in comments)
    first, *others = demo.surveys
    return demo.model_copy(update={"surveys": (first.model_copy(update={"quotes": quotes}), *others)})


def test_nothing_is_quoted_by_itself(demo):
    assert all(survey.quotes == () for survey in demo.surveys) and quote_results(demo) is None


def test_comments_stand_as_they_were_written_and_cannot_be_markup(demo):
    page = quote_results(with_quotes(demo, "It *froze* ::: {.x} <b>twice</b>", "Fine.")).markdown
    assert "> “It \\*froze\\* ::: \\{.x\\} \\<b\\>twice\\</b\\>”\n\n> “Fine.”" in page
    assert "These 2 comments were chosen by the district." in page and page.count("Anything else?") == 1
    assert "T-1" not in page


def test_one_comment_is_one(demo):
    assert "This comment was chosen" in quote_results(with_quotes(demo, "Fine.")).markdown
