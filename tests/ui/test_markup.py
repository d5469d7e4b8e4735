from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.feedback import feedback_on
from qa.types import (
    PARTS,
    AddReport,
    AddResult,
    Answer,
    Article,
    ArticleInfo,
    Citation,
    Disagreement,
    EmbeddingState,
    Filters,
    Heading,
    Passage,
    Reply,
    RetrievedPassage,
    Version,
)
from tests.ui.reading import Element, read
from ui import markup
from ui.state import PAGE_ROWS, Aside, Removed, View

TAGS = set(
    "article b bdi blockquote button caption details div form h1 h2 h3 header input label li mark nav ol option p "
    "section select small span strong summary table tbody td th thead time tr ul".split()
)
ATTRIBUTES = set(
    "aria-hidden aria-label aria-live aria-sort autocomplete checked class colspan data-action data-add "
    "data-article data-column datetime data-link data-sheet data-short "
    "data-conversation data-copy data-event data-field data-format data-page data-place data-question "
    "data-questions data-reply data-step data-tag data-verdict dir disabled id maxlength name placeholder "
    "required role scope selected aria-pressed start title type value".split()
)
NASTY = (
    "<script>alert(1)</script>",
    "</div></mark>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "javascript:alert(1)",
    "${alert(1)}",
    "{{value}}",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "&#60;",
    "&amp",
    "\u202egnp.exe",
    "\u2067",
    "\r\n",
    "\r",
    "\0",
    "\t",
    "e\u0301",
    "👩🏽‍🚀",
    "שלום",
    "\ud7ff\ufffe",
    "`",
)
REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
nasty = st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=6).map("".join)
storable = nasty.map(lambda text: text.replace("\0", ""))
quick = settings(max_examples=60)


@st.composite
def cited_articles(draw: st.DrawFn) -> tuple[Article, tuple[int, int], tuple[int, int]]:
    """An article with headings and pages, a passage of it, and a quote inside the passage."""
    content = draw(storable.filter(bool))
    cuts = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 4)))
    bounds = sorted(draw(st.sets(st.integers(0, len(content)), max_size=6)))
    headings = tuple(Heading(a, b, 1) for a, b in zip(bounds[::2], bounds[1::2], strict=False))
    pages = (0, *bounds) if draw(st.booleans()) else ()
    date = draw(st.none() | st.dates())
    article = Article(content, draw(storable), "a" + draw(storable), date, headings, pages)
    return article, (cuts[0], cuts[3]), (cuts[1], cuts[2])


def citation_of(article: Article, passage: tuple[int, int], quote: tuple[int, int]) -> Citation:
    return Citation(
        article_id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        start=quote[0],
        end=quote[1],
        quote=article.text[slice(*quote)],
        sentence=article.text[slice(*passage)],
        sentence_start=passage[0],
        sentence_end=passage[1],
        page=article.page_at(quote[0]),
        place=article.place_at(quote[0]),
        passage=Passage(article.id, *passage),
    )


def reply_of(
    question: str,
    citation: Citation,
    *,
    confidence: float = 0.87,
    abstain: bool = False,
    places: int = 1,
    read_as: str = "",
) -> Reply:
    answer = Answer(citation.quote, confidence, (citation,) * places)
    elsewhere = replace(citation, article_id=f"{citation.article_id} again")  # or it would not be shown
    other = replace(answer, citations=(elsewhere,) * places)
    found = RetrievedPassage(citation.passage, 1, citation.sentence, citation.title, 0.5, 0.5, 1.0, 0.5)
    return Reply(question, None if abstain else answer, (answer, other), (found,), 0.5, {}, read_as=read_as)


def assert_harmless(page: Element) -> None:
    for element in page.all("*"):
        assert element.tag in TAGS | {"a"}
        if element.tag != "option" and "qw-control" not in element.classes:  # an option contains no element
            assert not any(REORDERING.search(child) for child in element.children if isinstance(child, str))
        allowed = ATTRIBUTES | ({"href", "target", "rel"} if element.tag == "a" else set())
        assert set(element.attributes) <= allowed
        href = element.attributes.get("href", "https://")
        assert href is not None
        assert href.startswith(("https://", "http://"))


@quick
@given(nasty)
def test_text_reads_back_as_itself_and_makes_no_element(value: str) -> None:
    page = read(markup.escape(value))

    assert page.text == value.replace("\0", "\ufffd")
    assert {element.tag for element in page.all("*")} <= {"bdi"}


def test_a_lone_surrogate_is_replaced() -> None:
    assert markup.escape("a\ud83db") == "a\ufffdb"


@given(st.text(alphabet="ab \u202a\u202d\u202e\u2066\u2068\u2069<", max_size=20))
def test_bidirectional_controls_are_isolated(value: str) -> None:
    outside = re.sub(r'<bdi class="qw-control">.*?</bdi>', "", markup.escape(value))

    assert not REORDERING.search(outside)


@quick
@given(cited_articles(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_a_source_shows_the_article_with_exactly_the_quote_marked(
    cited: tuple[Article, tuple[int, int], tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    article, passage, quote = cited

    citations = markup.ReplyCitations(
        ["a", '"<b>'], 1, [((low, high), '"<b>') for low, high in others], {"plain": article.text}
    )

    page = read(markup.render_article(article, passage, quote, citations=citations))

    assert_harmless(page)
    shown = article.text.replace("\0", "\ufffd")
    assert page.one(".qw-text").text == shown
    if passage[0] < passage[1]:
        assert page.one("mark").text == shown[slice(*quote)]
        assert page.one(".qw-passage").text == shown[slice(*passage)]
    if citations.copies:
        assert page.all(".qw-copies")[0].one("button").attributes["data-copy"] == shown


@quick
@given(cited_articles(), nasty.filter(bool))
def test_a_reply_shows_how_a_follow_up_was_read(
    cited: tuple[Article, tuple[int, int], tuple[int, int]], read_as: str
) -> None:
    citation = citation_of(*cited)

    page = read(
        markup.render_conversation([reply_of("Why?", citation, read_as=read_as), reply_of("Who?", citation)])
    )

    assert_harmless(page)
    assert page.one(".qw-read-as").text == f"read as: {read_as}".replace("\0", "\ufffd")


@quick
@given(cited_articles(), nasty, st.booleans())
def test_a_conversation_is_escaped_and_shows_the_quote_in_bold_in_its_sentence(
    cited: tuple[Article, tuple[int, int], tuple[int, int]], question: str, abstain: bool
) -> None:
    citation = citation_of(*cited)

    reply = reply_of(question, citation, abstain=abstain)
    given = replace(feedback_on(reply, "bad"), comment=question if abstain else "")

    page = read(
        markup.render_conversation([reply], pending=question, key=question, verdicts={0: given}, filtered=True)
    )

    assert_harmless(page)
    assert page.all(".qw-question")[0].text == question.replace("\0", "\ufffd")
    for sentence in page.all(".qw-sentence"):
        assert sentence.text == citation.sentence.replace("\0", "\ufffd")
        assert sentence.one("strong").text == citation.quote.replace("\0", "\ufffd")


@quick
@given(nasty, nasty, st.none() | st.dates())
def test_lists_reports_and_messages_are_escaped(name: str, words: str, date: dt.date | None) -> None:
    info = ArticleInfo(name, words, name, date, (words,), 10, 2)
    added = AddReport(
        (
            AddResult(name, "failed", reason=words),
            AddResult(words, "skipped", reason=name, kind=words),
            AddResult(words, "added", "1", 2, language=name),
        )
    )

    for made in (
        markup.render_article_table([info]),
        markup.render_article_table(
            [info], View(editing=name, removed=Removed(Article("a", words.replace("\0", "")), ""))
        ),
        markup.render_filter_form(View(Filters(sources=(name,), tags=(words,)), words), [words, name]),
        markup.render_active_filters(Filters(date, date, (name,), (words,), (name,)), {name: words}, 1, 2),
        markup.render_welcome(1, [], [info]),
        markup.render_add_report(added),
        markup.render_message(words),
        markup.render_welcome(1, [words]),
        markup.render_header(3, EmbeddingState(7, 7)),
    ):
        assert_harmless(read(made))


def test_an_answer_shows_its_confidence_its_support_and_its_citation() -> None:
    article = Article("One. More than 40 drones.", "The news", "n", dt.date(2023, 11, 9), pages=(0, 3))
    citation = citation_of(article, (5, 25), (5, 17))

    page = read(markup.render_conversation([reply_of("How many?", citation)]))

    first = page.one(".qw-reply")
    assert first.all(".qw-facts")[0].text == "quite sure, 87% · found in 1 article"
    cite = first.all(".qw-cite")[0]
    assert cite.text == "1The news, 9 November 2023, page 2"
    assert cite.attributes["data-place"] == "citation:0:0:0"
    assert first.one("details").all(".qw-cite")[0].attributes["data-place"] == "citation:0:1:0"


def test_other_words_of_a_sentence_that_is_shown_are_no_other_answer() -> None:
    article = Article("More than 40 drones came at night. Some fell.", "The news", "n")
    best, fragment, other = (
        Answer(text, 0.8, (citation_of(article, passage, (start, start + len(text))),))
        for text, passage, start in (
            ("40 drones", (0, 34), 10),
            ("at night", (0, 34), 25),
            ("Some", (35, 45), 35),
        )
    )
    reply = replace(reply_of("How many?", best.citations[0]), answer=best, answers=(best, fragment, other))

    page = read(markup.render_conversation([reply]))

    places = [cite.attributes["data-place"] for cite in page.all(".qw-cite")]
    assert places == ["citation:0:0:0", "citation:0:2:0"]


def test_an_answer_is_not_cited_where_a_better_one_is_shown() -> None:
    correction = Article("It left 3,100 homes in the dark, not 2,000.", "Correction", "c")
    news = Article("It left 2,000 homes in the dark.", "The news", "n")
    better = Answer("3,100", 0.9, (citation_of(correction, (0, 43), (8, 13)),))
    worse = Answer("2,000", 0.5, (citation_of(correction, (0, 43), (37, 42)), citation_of(news, (0, 32), (8, 13))))
    reply = replace(reply_of("How many?", better.citations[0]), answer=better, answers=(better, worse))

    page = read(markup.render_conversation([reply]))

    places = [cite.attributes["data-place"] for cite in page.all(".qw-cite")]
    assert places == ["citation:0:0:0", "citation:0:1:1"]
    assert page.one(".qw-others").one(".qw-sentence").text == news.text
    assert "found in 1 article" in page.one(".qw-others").one(".qw-facts").text


def test_small_talk_stands_where_it_was_said() -> None:
    article = Article("abc", "t", "s")
    replies = [reply_of(question, citation_of(article, (0, 3), (0, 1))) for question in ("One?", "Two?")]
    asides = [Aside(0, "Hi <b>", "Hello!"), Aside(2, "Thanks", "You're welcome.")]

    page = read(markup.render_conversation(replies, asides=asides))

    assert_harmless(page)
    assert [said.text for said in page.all(".qw-question")] == ["Hi <b>", "One?", "Two?", "Thanks"]
    assert [line.text for line in page.all(".qw-aside")] == ["Hello!", "You're welcome."]
    assert page.all(".qw-tools")


def test_what_was_read_by_ocr_says_so_in_its_confidence_and_its_citation() -> None:
    citation = citation_of(Article("abc", "t", "s", pages=(0,)), (0, 3), (0, 1))
    scanned = replace(citation, is_ocr=True, box=(0.1, 0.2, 0.5, 0.25))

    page = read(markup.render_conversation([reply_of("q", scanned)]))

    assert page.all(".qw-facts")[0].text == "quite sure, 87%, if OCR read it right · found in 1 article"
    assert page.all(".qw-cite")[0].text == "1t, page 1 (10-50% across, 20-25% down), read by OCR"


def test_a_timeline_is_a_strip_of_quotes_that_open_their_articles() -> None:
    citation = citation_of(
        Article("2,000, then 3,100.", "The <news>", "n", dt.date(2025, 5, 9)), (0, 18), (12, 17)
    )
    reply = replace(
        reply_of("How many?", citation),
        timeline=(
            Version("2,000", dt.date(2025, 5, 2), (replace(citation, start=0, end=5, quote="2,000"),)),
            Version("3,100", dt.date(2025, 5, 9), (citation,), Disagreement.CORRECTED),
        ),
        disagreement=Disagreement.CORRECTED,
    )

    page = read(markup.render_conversation([reply]))
    assert_harmless(page)

    strip = page.one(".qw-timeline")
    assert strip.one("h3").text == "An article corrects another"
    assert [item.text for item in strip.all("li")] == [
        "2 May 20252,000The <news>",
        "corrected to9 May 20253,100The <news>",
    ]
    assert [one.attributes["data-place"] for one in strip.all("button")] == ["version:0:0:0", "version:0:1:0"]
    assert strip.one(".qw-chosen").one(".qw-said").text == "3,100"


def test_a_confidence_that_is_not_calibrated_is_shown_as_a_score() -> None:
    citation = citation_of(Article("abc", "t", "s"), (0, 3), (0, 1))
    given, refused = (
        replace(reply_of("q", citation, abstain=abstain), calibrated=False) for abstain in (False, True)
    )

    page = read(markup.render_conversation([given, refused]))

    assert [one.text for one in page.all(".qw-sure")] == ["score 0.87, not calibrated"] * 4
    assert page.all(".qw-reply")[1].all(".qw-facts")[0].text.startswith("No answer reached a score of 0.50.")
    assert "%" not in page.text


def test_many_citations_are_collapsed_and_numbered_consecutively() -> None:
    citation = citation_of(Article("abc", "t", "s"), (0, 3), (0, 1))

    page = read(markup.render_conversation([reply_of("q", citation, places=7)]))

    details = page.one(".qw-reply").all("details")[0]
    assert details.one("summary").text == "3 more citations"
    assert [number.text for number in details.all(".qw-number")] == ["5", "6", "7"]


@pytest.mark.parametrize(
    ("is_reply", "words"), [(False, "do not seem to answer"), (True, "What the articles say")]
)
def test_quotes_stand_under_their_articles(is_reply: bool, words: str) -> None:
    citation = citation_of(Article("abc", "The news", "s"), (0, 3), (0, 2))
    reply = replace(reply_of("q", citation, abstain=True), quotes=(citation,), answered_by_quotes=is_reply)

    page = read(markup.render_conversation([reply]))

    assert words in page.one(".qw-abstention").text
    assert page.one(".qw-digest").one(".qw-title").text == "The news"
    nearest = page.one(".qw-nearest").one("button")
    assert (nearest.attributes["data-place"], nearest.text) == ("quote:0:0", "ab")


def test_parts_are_marked_in_their_sentence_each_with_a_button() -> None:
    article = Article("Osk and Vela.", "The news", "s")
    parts = tuple(citation_of(article, (0, 13), quote) for quote in ((0, 3), (8, 12)))
    reply = reply_of("q", parts[0])
    assert reply.answer
    answer = replace(reply.answer, parts=parts, verdict="no")

    page = read(markup.render_conversation([replace(reply, answer=answer, answers=(answer,))]))

    assert page.one(".qw-verdict").text == "No"
    assert page.one(".qw-sentence").text == "Osk and Vela."
    assert [strong.text for strong in page.one(".qw-sentence").all("strong")] == ["Osk", "Vela"]
    assert [part.text for part in page.all(".qw-part")] == ["Osk", "Vela"]
    places = [button.attributes["data-place"] for button in page.one(".qw-parts").all("button")]
    assert places == ["part:0:0:0", "part:0:0:1"]
    assert not page.all(".qw-citations")  # the sentence has been cited


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "almost certain"),
        (0.87, "quite sure"),
        (0.6, "fairly sure"),
        (0.5, "not very sure"),
        (0.0, "a guess"),
    ],
)
def test_a_confidence_has_words(confidence: float, words: str) -> None:
    assert markup.confidence_in_words(confidence) == words


@pytest.mark.parametrize("confidence", [0.0001, 0.9999])
def test_nothing_is_impossible_or_certain(confidence: float) -> None:
    citation = citation_of(Article("abc", "t", "s"), (0, 3), (0, 1))

    shown = markup.render_conversation([reply_of("q", citation, confidence=confidence)])

    assert "99%" in shown or "1%" in shown
    assert "100%" not in shown
    assert " 0%" not in shown


def test_a_very_long_article_is_shown_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.markup.article.MAX_CHARACTERS", 100)
    article = Article("".join(chr(97 + i % 26) for i in range(1000)), "Long", "s")

    page = read(markup.render_article(article, (500, 520), (505, 510)))

    assert page.one(".qw-text").text == article.text[450:550]
    assert page.one("mark").text == article.text[505:510]
    assert len(page.all(".qw-cut")) == 2


def test_headings_are_bold() -> None:
    page = read(
        markup.render_article(Article("Head\nBody", "t", "s", headings=(Heading(0, 4, 1),)), (0, 9), (5, 9))
    )

    assert page.one(".qw-heading").text == "Head"


def test_a_text_without_a_source_is_called_pasted_text() -> None:
    pasted = Article("The tower of Osk is 77 metres tall.", "Osk")
    info = ArticleInfo(pasted.id, pasted.title, pasted.source, None, (), 35, 1)
    added = AddReport((AddResult(pasted.source, "added", pasted.id, 1),))

    assert read(markup.render_article(pasted)).one(".qw-origin").text == "pasted text"
    assert read(markup.render_article_table([info])).all(".qw-source")[-1].text == "pasted text"
    assert read(markup.render_add_report(added)).one("bdi").text == "pasted text"


def test_a_path_is_shown_by_its_name_and_an_address_as_a_link() -> None:
    path = read(markup.render_article(Article("a", "t", "/home/me/news.txt"))).one(".qw-origin")
    address = read(markup.render_article(Article("a", "t", "https://example.org/a?b=1&c=2"))).one("a")

    assert path.text == "news.txt"
    assert path.one("bdi").attributes["title"] == "/home/me/news.txt"
    assert address.attributes["href"] == address.text == "https://example.org/a?b=1&c=2"


def test_an_empty_library_says_to_add_articles() -> None:
    assert "Add files" in read(markup.render_welcome(0, [])).text
    assert "no articles yet" in read(markup.render_article_table([])).text


def test_a_long_list_says_how_many_more_there_are() -> None:
    infos = [ArticleInfo(str(i), "t", "s", None, (), 1, 1) for i in range(PAGE_ROWS + 1200)]

    page = read(markup.render_article_table(infos))

    assert len(page.all(".qw-open")) == PAGE_ROWS
    assert f"1 to {PAGE_ROWS} of 1,{PAGE_ROWS + 200} articles" in page.text


def test_a_report_names_the_failures_first() -> None:
    added = AddReport((AddResult("a.txt", "added", "1", 3), AddResult("b.bin", "failed", reason="not text")))

    page = read(markup.render_add_report(added))

    assert page.one("b").text == "1 article added, 1 file failed"
    assert [row.text for row in page.all("li")] == ["Failedb.binnot text", "Addeda.txt3 passages"]


def test_a_report_sums_up_what_was_not_read_and_lists_it_to_be_opened() -> None:
    names = [f"{number}.png" for number in range(7)]
    images = [AddResult(name, "skipped", reason=".png is not a known format", kind="images") for name in names]
    pages = AddResult("scan.pdf", "skipped", reason="no text on page 2 of 3", kind=PARTS)

    page = read(markup.render_add_report(AddReport((*images, pages, AddResult("scan.pdf", "added", "1", 3)))))

    assert page.one("b").text == "1 article added, 8 files skipped"
    summaries = [" ".join(summary.text.split()) for summary in page.all("summary")]
    assert summaries == ["7 files not read: images (.png 7)", f"1 file partly read: {PARTS} (scan.pdf)"]
    first, second = page.all("details")
    assert [row.one("bdi").text for row in first.all("li")] == names
    assert [row.text for row in second.all("li")] == ["Skippedscan.pdfno text on page 2 of 3"]


def test_a_report_names_other_languages_than_english() -> None:
    results = [
        AddResult(str(n), "added", str(n), 1, language=code) for n, code in enumerate(["de", "en", "de", "fr", ""])
    ]

    note = read(markup.render_add_report(AddReport(tuple(results)))).one(".qw-note").text

    assert " ".join(note.split()).startswith("Not in English: German (2 articles), French (1 article). The reader")
    assert not read(markup.render_add_report(AddReport(tuple(results[1:2])))).all(".qw-note")


def test_an_article_in_another_language_says_so() -> None:
    german = Article("Der Hafen.", "t", "s", language="de")

    assert "This article is in German." in read(markup.render_article(german)).one(".qw-note").text
    assert not read(markup.render_article(Article("The harbour.", language="en"))).all(".qw-note")


def test_other_quotes_are_marked_unless_they_overlap() -> None:
    article = Article("0123456789", "t", "s")
    others = [((0, 2), "a"), ((3, 6), "over the quote"), ((1, 3), "over the first"), ((8, 10), "b")]

    page = read(markup.render_article(article, (2, 9), (4, 5), "here", markup.ReplyCitations(other_quotes=others)))

    assert [(one.attributes["data-place"], one.text) for one in page.all(".qw-also")] == [
        ("a", "01"),
        ("b", "8"),  # cut where the passage ends
        ("b", "9"),
    ]
    assert page.one("mark").text == "4"


def test_at_the_ends_of_the_citations_there_is_no_further_step() -> None:
    article = Article("abc", "t", "s")
    page = read(markup.render_article(article, citations=markup.ReplyCitations(["a", "b"], 0)))

    previous, following = page.one(".qw-walk").all("button")
    assert "disabled" in previous.attributes
    assert following.attributes["data-place"] == "b"
    assert not read(
        markup.render_article(Article("abc", "t", "s"), citations=markup.ReplyCitations(["a"], 0))
    ).all(".qw-walk")


def test_only_web_addresses_are_links() -> None:
    for source in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//example.org", "ftp://a/b"):
        assert not read(markup.render_article(Article("a", "t", source))).all("a"), source
