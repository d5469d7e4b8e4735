"""What is read of a page, and what is left out: one test for each kind of page and of furniture."""

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import LoadError
from qa.loaders.base import File
from qa.loaders.in_process import load_here
from tests.qa.loaders.documents import mhtml_bytes, page

ARTICLE = (
    "<article><h1>Harbour wall to be raised</h1>"
    "<p>The council of Skelby will raise the harbour wall by two metres before next winter.</p>"
    "<p>The engineer Ada Crane expects the work to take nine months and cost four million.</p></article>"
)
WANTED = ("Harbour wall to be raised", "raise the harbour wall by two metres", "Ada Crane expects")


def load(markup: str | bytes, name: str = "/a.html"):
    data = markup if isinstance(markup, bytes) else markup.encode()
    (article,) = load_here(File(data, name, 1 << 20))
    return article


FURNITURE = {
    "cookie banner": "<div class='cookie-banner'><p>We use cookies. Our officer Greta Unwanted will tell you more about it.</p></div>",  # noqa: E501
    "consent dialog": "<div id='onetrust-consent-sdk' role='dialog'><p>Unwanted partners store data on your device, and process it.</p></div>",  # noqa: E501
    "menu": "<div id='mainMenu'><ul><li><a href='/a'>Unwanted sport</a></li><li><a href='/b'>Weather</a></li></ul></div>",  # noqa: E501
    "nav": "<nav><ul><li>Unwanted</li></ul></nav>",
    "nav with an open div": "<nav><div><ul><li>Unwanted</li></ul></nav>",
    "breadcrumbs": "<ol class='breadcrumb'><li><a href='/'>Home</a><li>Unwanted</ol>",
    "teasers": "<div class='related-articles'><h3>Related</h3><div><a href='/c'>Unwanted mayor resigns</a><p>He said on Monday that he would leave the office in spring.</p></div></div>",  # noqa: E501
    "list of links": "<h3>Most read</h3><ul><li><a href='/a'>Unwanted mayor resigns over a row</a></li><li><a href='/b'>Two hurt in fire</a></li></ul>",  # noqa: E501
    "gallery": "<div class='photo-gallery'><p>1/2 Unwanted sails out of the harbour in the morning, with all hands on deck.</p></div>",  # noqa: E501
    "teasers without a name": "<div><h4>More of the Post</h4></div><ul>" + "".join(f"<li><img src='{n}.jpg'><h5><a href='/{n}'>Unwanted mayor resigns over a row</a></h5><p>He said on Monday that he would leave the office in spring, for good.</p></li>" for n in "abc") + "</ul>",  # noqa: E501
    "comments": "<div id='comments'><h3>2 comments</h3><p>pierfan88: Unwanted, I heard that it will cost ninety million in the end!</p></div>",  # noqa: E501
    "comments without a name": "<h2>Comments (2)</h2><div><p>pierfan88: Unwanted, I heard that it will cost ninety million in the end!</p></div>",  # noqa: E501
    "share bar": "<div class='share-buttons'><span>Unwanted</span><a href='#'>Tweet</a></div>",
    "newsletter": "<section class='newsletter-signup'><h3>Our newsletter</h3><p>Unwanted news in your inbox, every morning at six o'clock.</p></section>",  # noqa: E501
    "author box": "<div class='author-bio'><p>Unwanted has covered the coast of the county for more than twenty years now.</p></div>",  # noqa: E501
    "advertisement": "<div class='ad-slot'>Unwanted: buy now!</div>",
    "footer": "<footer><p>Editor in chief: Paula Unwanted. Printed at 14 Mill Lane, Skelby, since the year 1911.</p></footer>",  # noqa: E501
    "sidebar": "<aside class='sidebar'><p>Unwanted: the tide tables of this week for all harbours of the coast are here.</p></aside>",  # noqa: E501
    "pointer": "<p>Read more: <a href='/d'>Unwanted mayor resigns</a></p>",
    "credit": "<p>Photo: Unwanted/Agency</p>",
    "promotion": "<p>Subscribe now to read Unwanted every day.</p>",
    "pages": "<div class='pagination'><a href='/2'>Unwanted</a> <a href='/3'>3</a></div>",
    "tags": "<ul class='tag-list'><li><a href='/t'>Unwanted</a></li></ul>",
    "search form": "<form action='/s'><label>Unwanted</label><input name='q'><button>Search</button></form>",
    "button": "<button>Unwanted</button>",
    "label of an advertisement": "<div><center><span>Unwanted</span></center></div>".replace("Unwanted", "Advert") + "<div style='position:absolute; left:-9999px'>Unwanted</div>",  # noqa: E501
    "hidden": "<div style='display:none'>Unwanted</div><p hidden>Unwanted</p><p aria-hidden='true'>Unwanted</p>",
    "script": "<script>Unwanted</script><noscript>Unwanted</noscript><template>Unwanted</template>",
    "caption": "<figure><img src='a.png'><figcaption>Unwanted</figcaption></figure>",
}  # fmt: skip


@pytest.mark.parametrize("place", ["before", "inside", "after"])
@pytest.mark.parametrize("kind", FURNITURE)
def test_furniture_is_left_out_wherever_it_stands(kind, place):
    furniture = FURNITURE[kind]
    end = ARTICLE.index("</article>")
    body = {
        "before": furniture + ARTICLE,
        "inside": ARTICLE[:end] + furniture + ARTICLE[end:],
        "after": ARTICLE + furniture,
    }[place]
    if place == "before" and kind == "comments without a name":
        pytest.skip("nobody comments first")
    text = load(page(body, "<title>Harbour wall to be raised</title>")).text
    assert "Unwanted" not in text and "Advert" not in text
    assert all(wanted in text for wanted in WANTED)


@pytest.mark.parametrize(
    "wrapper", ["div class='has-sidebar no-comments'", "div id='page-with-menu'", "form", "td"]
)
def test_a_wrapper_named_like_furniture_holds_the_article(wrapper):
    tag = wrapper.split()[0]
    before, after = ("<table><tr>", "</table>") if tag == "td" else ("", "")
    text = load(page(f"{before}<{wrapper}>{ARTICLE}</{tag}>{after}")).text
    assert all(wanted in text for wanted in WANTED)


def test_the_lead_between_the_title_and_the_text_stays():
    lead = (
        "<header><h1>Harbour wall</h1><p class='teaser'>Skelby acts after the flood of last January.</p></header>"
    )
    body = "".join(
        f"<p>Paragraph {number} of a long story about walls, harbours and floods.</p>" for number in range(9)
    )
    text = load(page(f"<div>{lead}</div><div><div class='entry-content'>{body}</div></div>")).text
    assert text.startswith("Harbour wall\n\nSkelby acts after the flood") and "Paragraph 8" in text


LONG = (
    "It is 4 pounds for everybody under the age of sixteen, and for students who show a card of their school "
    "at the desk; groups of ten and more, with their teachers, pay half of that on weekdays before noon."
)
FAQ = "What does a child ticket cost?", LONG, "When does the cafe close?", "At 5.30 pm.", "Deposit", "£12"
FAQ_ITEMS = {
    "buttons in headings": "<h2><button>{}</button></h2><div><p>{}</p></div>",
    "Bootstrap": "<h3 class='accordion-header'><button class='accordion-button' aria-controls='{n}'>{}</button></h3>"  # noqa: E501
    "<div id='{n}' class='accordion-collapse collapse' hidden>{}</div>",
    "buttons with targets": "<button data-bs-target='#{n}'>{}</button><div id='{n}' style='display: none'><p>{}</p></div>",  # noqa: E501
    "links with targets": "<div class='card'><div class='card-header'><h5><a class='btn btn-link' data-toggle='collapse' href='#{n}'>{}</a></h5></div><div id='{n}' hidden><p>{}</p></div></div>",  # noqa: E501
    "details": "<details><summary>{}</summary><p>{}</p></details>",
    "details with buttons for names": "<details class='widget'><summary class='btn'>{}</summary><p>{}</p></details>",  # noqa: E501
    "definitions": "<dl><dt><button>{}</button></dt><dd>{}</dd></dl>",
    "hidden definitions": "<dl><dt aria-expanded='false'>{}</dt><dd aria-hidden='true'>{}</dd></dl>",
    "what follows a button": "<div><h3><button aria-expanded='false'>{}</button></h3><div hidden><p>{}</p></div></div>",  # noqa: E501
    "hidden from screen readers": "<div><button aria-expanded='false'>{}</button><div aria-hidden='true'>{}</div></div>",  # noqa: E501
    "hidden twice": "<div><h4><button aria-expanded='false'>{}</button></h4><div hidden><div aria-hidden='true'>{}</div></div></div>",  # noqa: E501
    "a sign beside the question": "<div class='row'><h3>{}</h3><button aria-expanded='false' aria-controls='{n}'>+</button></div><div id='{n}' hidden>{}</div>",  # noqa: E501
    "a panel that names its label": "<button id='b{n}' aria-expanded='true'>{}</button><div aria-labelledby='b{n}' hidden>{}</div>",  # noqa: E501
    "hidden until it is found": "<h3>{}</h3><div hidden='until-found'>{}</div>",
    "folded by a style sheet": "<button class='accordion'>{}</button><div class='panel'><p>{}</p></div>",
    "named headings": "<h3 class='faq-question'>{}</h3><div class='faq-answer' style='display:none'>{}</div>",
    "other elements as buttons": "<div class='faq-button' role='button' aria-expanded='false'>{}</div><div hidden>{}</div>",  # noqa: E501
    "all inline": "<span role='button' aria-expanded='false' aria-controls='{n}'>{}</span><span id='{n}' hidden>{}</span>",  # noqa: E501
    "list": "<ul><li><a href='#' aria-expanded='false'>{}</a><div hidden>{}</div></li></ul>",
}  # fmt: skip
COOKIES = (
    "<div class='cookie-banner' role='dialog'><h2>Your privacy</h2><p>Unwanted: we and our partners store data on your "  # noqa: E501
    "device and read it, to show you what others pay us for, and to count how often you come and what you do.</p></div>"  # noqa: E501
)


@pytest.mark.parametrize(
    "around", ["{}", "<main>{}</main>", COOKIES + "{}", "<div><section class='info'>{}</section></div>"]
)
@pytest.mark.parametrize("kind", FAQ_ITEMS)
def test_the_questions_of_an_faq_stay_with_their_answers(kind, around):
    body = "".join(FAQ_ITEMS[kind].format(*FAQ[i : i + 2], n=f"a{i}") for i in (0, 2, 4))
    text = load(page(around.format(f"<h1>Museum FAQ</h1>{body}"))).text
    places = [text.index(part) for part in FAQ]
    assert places == sorted(places)
    between = [text[start + len(part) : end] for part, start, end in zip(FAQ, places, places[1:], strict=False)]
    assert all(gap.strip(" :\n•") == "" != gap for gap in between)
    assert "Unwanted" not in text


@pytest.mark.parametrize("wrapper", ["{}", "<div hidden>{}</div>", "<div aria-hidden='true'>{}</div>"])
@pytest.mark.parametrize(
    "kind", [kind for kind in FURNITURE if "without a name" not in kind and kind != "gallery"]
)
def test_furniture_is_left_out_however_short_the_answers_are(kind, wrapper):
    furniture = wrapper.format(FURNITURE[kind])
    body = "<h1>FAQ</h1>" + FAQ_ITEMS["what follows a button"].format("Is there a cafe?", "Yes, until 5.30 pm.")
    for markup in (furniture + body, body + furniture):
        assert load(page(markup)).text == "FAQ\n\nIs there a cafe?\n\nYes, until 5.30 pm."


@pytest.mark.parametrize(
    "label",
    [
        "Menu",
        "Open the menu",
        "Cookie settings",
        "Share this article",
        "3 comments",
        "Search",
        "Log in",
        "Related stories",
        "Subscribe",
        "Newsletter",
    ],
)
def test_what_a_control_of_furniture_opens_is_left_out(label):
    opened = "<p>Unwanted: what is written here is about other things than the wall of the harbour.</p>"
    for control in (
        f"<button aria-expanded='false' aria-controls='x'>{label}</button><div id='x' hidden>{opened}</div>",
        f"<h3><button aria-expanded='false'>{label}</button></h3><div aria-hidden='true'>{opened}</div>",
    ):
        for body in (control + ARTICLE, ARTICLE.replace("</h1>", f"</h1>{control}"), ARTICLE + control):
            text = load(page(body)).text
            assert "Unwanted" not in text and label not in text
            assert all(wanted in text for wanted in WANTED)


def test_the_rest_of_an_article_behind_a_button_is_read():
    rest = "<button aria-expanded='false' aria-controls='rest'>Read more</button><div id='rest' hidden><p>The wall dates from 1911.</p></div>"  # noqa: E501
    text = load(page(ARTICLE.replace("</article>", f"{rest}</article>"))).text
    assert "dates from 1911" in text and "Read more" not in text


@pytest.mark.parametrize(
    "dialog",
    [
        COOKIES,
        COOKIES.replace(" class='cookie-banner'", ""),
        "<div class='qc-cmp2-container'><p>Unwanted: we value your privacy, and so do all of our 812 partners, whom you find in this list.</p></div>",  # noqa: E501
        "<div aria-modal='true' role='alertdialog'><p>Unwanted: would you like to hear from us each morning, before all the others do?</p></div>",  # noqa: E501
    ],
)
def test_an_article_hidden_from_screen_readers_behind_a_dialog_is_read(dialog):
    behind = (
        "<header aria-hidden='true'><a href='/'>Home</a></header>"
        f"<div id='root' aria-hidden='true'>{ARTICLE}<p aria-hidden='true'>Unwanted</p></div>"
        "<footer aria-hidden='true'><p>Editor in chief: Paula Unwanted, 14 Mill Lane, Skelby, since the year 1911.</p></footer>"  # noqa: E501
    )
    for body in (dialog + behind, behind + dialog):
        text = load(page(body)).text
        assert all(wanted in text for wanted in WANTED)
        assert "Unwanted" not in text and "Home" not in text


def test_a_dialog_is_left_out_however_short_the_page_is():
    text = load(page(COOKIES + "<h1>Opening hours</h1><p>Open from 9 to 5.</p><p hidden>Unwanted</p>")).text
    assert text == "Opening hours\n\nOpen from 9 to 5."


def test_a_large_box_in_the_text_is_not_the_article() -> None:
    words = "The engineer {} says that the wall of the harbour must be two metres higher before winter comes."
    paragraphs = "".join(f"<p>{words.format(name)}</p>" for name in ("Ada", "Ben", "Cleo"))
    box = "<div>" + "".join(f"<p>{number}. {words.format('Dan')}</p>" for number in range(20)) + "</div>"
    text = load(f"<div><h1>Harbour wall</h1>{paragraphs}{box}</div>").text
    assert all(name in text for name in ("Ada", "Ben", "Cleo", "Dan"))


def test_the_rest_of_an_article_may_be_named_read_more() -> None:
    words = "The engineer {} says that the wall of the harbour must be two metres higher before winter comes."
    paragraphs = "".join(f"<p>{words.format(name)}</p>" for name in ("Ada", "Ben", "Cleo"))
    assert (
        "Cleo" in load(f"{ARTICLE.replace('</article>', f'<div id=read-more>{paragraphs}</div></article>')}").text
    )


def test_a_page_of_teasers_and_a_list_of_things_are_read() -> None:
    words = "It takes nine months and costs four million, says the engineer of the county council."
    card = "<div><img src='a.jpg'><h3><a href='{}/{}'>A wall of the harbour</a></h3><p>{}</p></div>"
    own = "".join(card.format("", number, words) for number in range(4))
    assert load(f"<main>{own}</main>").text.count("nine months") == 4
    shops = "".join(card.format("https://shop.example", number, words) for number in range(4))
    menu = "".join(f"<li><a href='/{number}'>Part {number}</a></li>" for number in range(5))
    listed = ARTICLE.replace("</article>", f"<div>{shops}</div></article>")
    assert load(f"<nav>{menu}</nav>{listed}").text.count("nine months") == 5


def test_the_steps_of_a_list_keep_their_numbers():
    advert = "<li class='ad-slot'>Unwanted: buy now!</li>"
    hidden = "<li hidden>Unwanted</li>"
    steps = ("Cast off the lines.", "Start the engine.", "Hang out the fenders.")
    first, second, third = (f"<li>{step}</li>" for step in steps)
    for body in (
        f"<ol>{first}{second}{third}</ol>",
        f"<ol>{first}{hidden}{second}{third}</ol>",
        f"<ol><li><p>{steps[0]}</p></li><li><h3>{steps[1]}</h3></li><li><div><b>{steps[2]}</b></div></li></ol>",
        f"<ol>{first}{second}</ol><p>Then wait.</p><ol start='3'>{third}</ol>",
        "<ol style='list-style: none'>" + "".join(f"<li><b>{n}.</b> {step}</li>" for n, step in enumerate(steps, 1)) + "</ol>",  # noqa: E501
        "<ol>" + "".join(f"<li><button aria-expanded='false'>{step}</button><div hidden>Slowly.</div></li>" for step in steps) + "</ol>",  # noqa: E501
    ):  # fmt: skip
        text = load(page(f"<h1>Mooring</h1>{body}")).text
        assert [line for line in text.splitlines() if line[:1].isdigit()] == [
            f"{n}. {step}" for n, step in enumerate(steps, 1)
        ]
        assert "Unwanted" not in text
    assert "3. Start" in load(page(f"<h1>Mooring</h1><ol>{first}{advert}{second}</ol><p>{LONG}</p>")).text


@pytest.mark.parametrize(
    "body",
    [
        f"<div id='app' style='display: none;'>{ARTICLE}</div>",
        f"<div id='app' hidden>{ARTICLE}</div><p>Loading...</p>",
        f"<div aria-hidden='true'>{ARTICLE}</div><div class='cookie-consent'>We use cookies.</div>",
        f"<div class='comments'>{ARTICLE}</div>",
        f"<div class='sidebar'>{ARTICLE}</div>",
        f"<aside>{ARTICLE}</aside>",
    ],
)
def test_if_nearly_all_would_be_left_out_it_stays(body):
    text = load(page(body)).text
    assert all(wanted in text for wanted in WANTED)


def test_a_page_closed_early_is_read_to_its_end():
    assert "Ada Crane" in load(f"<html><head><title>Wall</title></head></html><body>{ARTICLE}</body></html>").text
    assert "Ada Crane" in load(f"{ARTICLE[:40]}</body></html>{ARTICLE[40:]}").text


KINDS = {
    "little text": ("<h1>Opening hours</h1><p>Open from 9 to 5.</p>", ["Open from 9 to 5."]),
    "index": ("<h1>Archive</h1><ul><li><a href='/a'>First story</a></li><li><a href='/b'>Second story</a></li></ul>", ["First story", "Second story"]),  # noqa: E501
    "forum": ("<h1>Which rope?</h1>" + "".join(f"<div class='comment'><p>Poster {n}: I use a rope of hemp for the anchor and one of nylon for the rest.</p></div>" for n in range(6)), ["Which rope?", "Poster 0", "Poster 5"]),  # noqa: E501
    "documentation": ("<nav class='sidebar'><a href='/'>Home</a></nav><main><h1>run</h1><p>Runs the command in a shell, and waits until the command has ended.</p><div class='highlight'><pre>run --fast\n  twice</pre></div><div class='admonition note'><p>Not on Mondays.</p></div><table><tr><th>Option<th>Meaning<tr><td>--fast<td>no checks</table></main>", ["run --fast\n  twice", "Not on Mondays.", "no checks"]),  # noqa: E501
    "wiki": ("<div id='mw-navigation'><a href='/'>Main page</a></div><div id='content'><h1>Skelby</h1><div class='mw-parser-output'><p><b>Skelby</b> is a <a href='/t'>town</a> on the <a href='/c'>coast</a> of the county of Marsh, known for its wall.</p><div id='toc' class='toc'><a href='#h'>History</a></div><h2>History<span class='mw-editsection'>[<a href='/e'>edit</a>]</span></h2><p>The town was founded by fishermen from the north in the year 1123.</p></div></div>", ["is a town on the coast", "History", "in the year 1123"]),  # noqa: E501
    "recipe": ("<main><h1>Pea soup</h1><p>A thick soup for cold days that anybody can make in under an hour.</p><div class='recipe-card'><h2>Ingredients</h2><ul><li>200 g peas</li><li>1 onion</li></ul><ol><li>Chop the onion.</li></ol></div></main>", ["200 g peas", "1 onion", "Chop the onion."]),  # noqa: E501
    "product": ("<main><h1>Lamp L5</h1><div class='product-info'><dl><dt>Weight</dt><dd>340 g</dd></dl></div><p>A small lamp for the desk with a foot of oak and a shade of linen.</p></main>", ["340 g", "foot of oak"]),  # noqa: E501
    "paywall": ("<article><h1>Wall</h1><p>The council of Skelby will raise the harbour wall by two metres before winter.</p></article><div class='paywall-overlay'><h2>Keep reading</h2><p>Subscribe now to read this article and all the others of our newspaper.</p></div>", ["raise the harbour wall"]),  # noqa: E501
    "AMP": ("<amp-sidebar><ul><li>Menu</li></ul></amp-sidebar>" + ARTICLE + "<amp-ad>Buy</amp-ad>", list(WANTED)),
    "layout table": (f"<table><tr><td class='menu'><a href='/'>Home</a></td><td>{ARTICLE}</td></tr></table>", list(WANTED)),  # noqa: E501
    "captions of a gallery": ("<h1>Walls</h1>" + "".join(f"<figure><figcaption>Wall {n} was built by the guild of masons in the year 19{n}1.</figcaption></figure>" for n in range(5)), ["Wall 0", "Wall 4"]),  # noqa: E501
    "sibling articles": ("<main>" + "".join(f"<article><h2>Story {n}</h2><p>This is what happened on day {n} of the great flood of Skelby.</p></article>" for n in range(4)) + "</main>", ["Story 0", "day 3"]),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_pages(kind):
    body, wanted = KINDS[kind]
    text = load(page(body)).text
    assert [part for part in wanted if part not in text] == []
    assert not any(part in text for part in ("Main page", "[edit]", "Subscribe now", "Menu", "Buy", "Home"))


JSON_LD = '<script type="application/ld+json">%s</script>'
COMMENT = '{"@type": "Comment", "datePublished": "2019-01-01", "text": "x"}'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (JSON_LD % '{"@type": "NewsArticle", "datePublished": "2021-03-04T08:00:00Z"}', ""),
        (JSON_LD % '{"@graph": [{"@type": "WebSite"}, {"@type": "Article", "datePublished": "2021-03-04"}]}', ""),
        (JSON_LD % f'{{"@type": ["Article"], "datePublished": "2021-03-04", "comment": [{COMMENT}]}}', ""),
        (
            "<title>Harbour wall to be raised - News</title>"
            + JSON_LD
            % '[{"@type": "Article", "headline": "Mayor", "datePublished": "2020-01-01"},'
            '{"@type": "Article", "headline": "Harbour wall to be raised", "datePublished": "2021-03-04"}]',
            "",
        ),
        (JSON_LD % "{broken" + '<meta property="article:published_time" content="2021-03-04T10:00">', ""),
        ('<meta name="parsely-pub-date" content="2021-03-04">', ""),
        ('<link rel="canonical" href="https://example.org/2021/03/04/wall">', ""),
        ("", "<p><time datetime='2021-03-04'>Thursday</time></p>"),
        ("", "<span itemprop='datePublished' content='2021-03-04'></span>"),
    ],
)
def test_the_date_is_that_of_the_article(head, body):
    others = "<div class='comments'><time datetime='2022-02-02'>then</time></div>"
    others += "<div class='related'><time datetime='2023-02-02'>then</time><a href='/x'>Other</a></div>"
    article = load(page(others + ARTICLE.replace("</h1>", f"</h1>{body}") + others, head))
    assert article.date == dt.date(2021, 3, 4)


def test_no_date_is_better_than_that_of_a_comment_or_teaser():
    others = "<div class='comments'><time datetime='2022-02-02'>then</time><p>Fine.</p></div>"
    entities = [{"@type": "Article", "datePublished": f"202{year}-01-01"} for year in (0, 1)]
    ambiguous = json.dumps(entities)
    assert load(page(ARTICLE + others, JSON_LD % ambiguous)).date is None


def test_author_language_and_address():
    head = (
        JSON_LD % '{"@type": "Article", "author": [{"name": "A. Crane"}, {"name": "B. Wall"}], "headline": "Wall"}'
    )
    head += '<link rel="canonical" href="https://example.org/wall">'
    assert load(page(ARTICLE, head)).metadata == {
        "author": "A. Crane, B. Wall",
        "language": "en",
        "url": "https://example.org/wall",
    }


def test_the_text_of_a_page_that_a_script_shows():
    body = " ".join(f"Sentence {number} about the wall." for number in range(30))
    head = "<title>Wall</title>" + JSON_LD % f'{{"@type": "NewsArticle", "articleBody": "{body}"}}'
    article = load(page("<div id='root'><p>Please enable JavaScript.</p></div>", head))
    assert (article.text, article.title) == (body, "Wall")


def test_bytes_that_do_not_fit_are_counted():
    article = load(page(ARTICLE + "<p>Größe, déjà vu, “quoted”</p>").encode().replace(b"Crane", b"Cr\xe4ne"))
    assert "Größe, déjà vu, “quoted”" in article.text
    assert article.metadata["illegible_characters"] == "1"


TAGS = st.sampled_from("div p li ul h1 h2 article aside nav section table tr td a button form figcaption".split())
NAMES = st.sampled_from(["", "comments", "related", "content", "share", "widget", "sidebar", "entry-content"])
WORDS = st.sampled_from(
    ["Share", "Comments", "A sentence that is long enough to count as running text, surely.", "x"]
)


@given(st.lists(st.tuples(TAGS, NAMES, WORDS, st.booleans(), st.booleans()), min_size=1, max_size=25))
@settings(max_examples=150, deadline=None)
def test_something_is_read_of_any_page_that_shows_text(soup):
    body = "".join(
        f"<{tag} class='{name}'{' hidden' * hidden}>{word}{f'</{tag}>' * closed}"
        for tag, name, word, closed, hidden in soup
    )
    article = load(page(body))
    assert article.text.strip()
    assert all(article.text[h.start : h.end].strip() for h in article.headings)


def test_a_page_saved_as_mhtml():
    markup = page(
        ARTICLE + "<p>Größe = “quoted”</p>", "<meta charset='utf-8'><title>Harbour wall to be raised</title>"
    )
    article = load(mhtml_bytes(markup.encode()), "/saved.mhtml")
    assert article.title == "Harbour wall to be raised"
    assert "Größe = “quoted”" in article.text and all(wanted in article.text for wanted in WANTED)
    with pytest.raises(LoadError, match="no page"):
        load(b"Subject: x\r\n\r\ntext", "/a.mht")


def test_a_page_in_an_element_for_browsers_without_scripts():
    text = load(page(f"<noscript>{ARTICLE}")).text
    assert all(wanted in text for wanted in WANTED)
