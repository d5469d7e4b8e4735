"""Words in the names, and in the lines, of what surrounds an article."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

__all__ = [
    "Level",
    "is_comments_title",
    "is_furniture_line",
    "is_furniture_title",
    "named_level",
    "names_body",
    "names_caption",
    "opens_furniture",
]


class Level(IntEnum):
    """How surely an element does not belong to the article."""

    CONTENT = 0
    DOUBTFUL = 1
    """Its name is also that of wrappers of articles: left out unless it holds text of its own."""
    CONTROL = 2
    """Menus, buttons and advertisements, in which there is no running text."""
    FURNITURE = 3
    """Text that is about other things than the article."""
    COMMENTS = 4
    """What readers wrote: there may be more of it than of the article."""
    DIALOG = 5
    """What is laid over the page, such as the question for consent to cookies: it may be all that is long."""


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def _names(words: str) -> re.Pattern[str]:
    """Return a pattern for names whose words are joined and surrounded by hyphens."""
    return re.compile(f"-(?:{'|'.join(words.split())})-")


_COMMENTS = _names(
    "comments? commentlist commentform commentaires? kommentar kommentare kommentarmodul comentarios? disqus "
    "respond recentcomments"
)
_DIALOG = _names(
    "cookies? cookiebar cookiebanner cookieconsent gdpr dsgvo consent onetrust cookiebot cmplz borlabs qc-cmp2? "
    "didomi usercentrics iubenda osano truste trustarc"
)
_FURNITURE = _names(
    "newsletters? news-letter subscribe subscription signup sign-up login log-in related yarpp recommended "
    "recommendations? recirc recirculation most-read mostread most-popular popular trending more-on "
    "see-also also-read up-next next-up relacionad[ao]s? verwandte? interesting-articles taboola outbrain "
    "promo footer footernav colophon copyright contentinfo imprint impressum masthead sidebar widgettitle "
    "textwidget linklist linkbox popup modal paywall-(?:template|overlay|banner|modal) "
    "author-(?:box|bio|info|about|card|profile|description) about-(?:the-)?author bio saboxplugin vcard "
    "biography navbox catlinks printfooter"
)
_CONTROL = _names(
    "adverts? advertisement advertising adsense ads? adslot adv sponsored sponsor werbung anzeige publicidad "
    "publicite shar(?:e|es|ing|er) sharebar sharethis sharedaddy shareaholic addthis addtoany sociable "
    "socials? socialmedia breadcrumbs? bread-crumbs? pagination pager toolbar skip-link skiplink back-to-top "
    "read-more menus? submenu mainmenu hauptmenue navbar navigation mainnavigation navi subnav topnav jetpack "
    "akismet nocontent tag-?(?:list|cloud|links) tagcloud post-tags likes? fb-root noprint no-print toc "
    "editsection mw-jump-link"
)
_DOUBTFUL = _names(
    "nav (?<!-elementor-)widgets? banner bar meta metadata tags? teasers? links? "
    "(?<!-product-)(?<!-recipe-)(?<!-contact-)(?<!-event-)infos? list-inline secondary complementary buttons? "
    "btn icons? author authors byline timestamp rating ratings carousel slider swiper top-bar bottom overlay "
    "print disclaimer previous prev next recent latest stories embed embedded profile user search notice "
    "hidden hide sr-only visually-hidden screen-reader-text follow feedback vote votes poll survey attachment"
)
# "with-sidebar", "no-comments": what the element has, not what it is.
_HAS = re.compile(r"-(?:with|has|have|no|without|enable|disable|pin|and)-[a-z]+(?=-)")
_CAPTION = _names("captions? figcaption credits? bildunterschrift image-?description photo-?credit legend")
_GALLERY = _names("[a-z]*gallery galerie slideshow diaporama bildergalerie fotostrecke")
_BODY = _names(
    "(?:entry|article|post|story|news|page|blog|single|main|theme-post|field)-(?:content|body|text|copy) "
    "articlebody fulltext body-(?:text|copy|content) content-(?:body|main|text) mw-parser-output "
    "markdown-body prose"
)
_LEVELS = (
    (Level.DIALOG, _DIALOG),
    (Level.COMMENTS, _COMMENTS),
    (Level.FURNITURE, _FURNITURE),
    (Level.CONTROL, _CONTROL),
)


def _joined(names: str) -> str:
    return "-" + "-".join(_WORD.findall(names)).lower() + "-"


@lru_cache(maxsize=4096)
def named_level(names: str) -> Level:
    """Return what an element's class, id and role say about it."""
    words = _HAS.sub("", _joined(names))
    for level, pattern in _LEVELS:
        if pattern.search(words):
            return level
    return Level.DOUBTFUL if _DOUBTFUL.search(words) else Level.CONTENT


@lru_cache(maxsize=4096)
def names_caption(names: str) -> bool:
    """Return whether an element's class and id say that it is the caption of a picture."""
    return _CAPTION.search(_joined(names)) is not None


@lru_cache(maxsize=4096)
def names_gallery(names: str) -> bool:
    """Return whether an element's class and id say that it is a row of pictures with their captions."""
    return _GALLERY.search(_joined(names)) is not None


@lru_cache(maxsize=4096)
def names_body(names: str) -> bool:
    """Return whether an element's class and id say that it holds the text of the article."""
    return _BODY.search(_joined(names)) is not None


def _phrases(phrases: str, end: str = "") -> re.Pattern[str]:
    """Return a pattern for one of the phrases, a line each, between anything but words."""
    return re.compile(rf"\W*(?:{'|'.join(phrases.strip().splitlines())}){end}", re.IGNORECASE)


_LINE = _phrases(
    r"""
share|share this.{0,30}|tweet|print|e-?mail|copy link|teilen|merken|drucken
facebook|twitter|x|linkedin|whatsapp|telegram|pinterest|reddit|flipboard|pocket|xing|instagram
adverts?|advertisement|advertising|anzeige|werbung|reklama|publicidad|publicité
loading(?: \w+)?|wird geladen|read more|weiterlesen|menu|search|skip to (?:main )?content|back to top
\d* ?comments?|no comments(?: yet)?|leave a (?:comment|reply)|(?:\d+ )?(?:views|shares|likes)
sign up|subscribe(?: now)?|log ?in|register
previous|next|(?:previous|next) (?:article|post)
""",
    r"\W*",
)
_CREDIT = _phrases(
    r"""
(?:photos?|images?|pictures?|fotos?|bild(?:er|quelle)?|titelbild|imagen|zdjęcie|kuva)\b.{0,12}(?:[:©]| by )
(?:photo |image )?credits?(?: photos?)?:|crédits? (?:photos? )?:|©
""",
    ".{0,80}",
)
_POINTER = _phrases(
    r"""
read (?:more|also|next|this)|also read|see (?:also|more)|more on this|more from|related|you (?:may|might) also like
don.t miss|watch|recommended
lesen sie (?:auch|mehr|dazu)|auch lesen|auch interessant|schon gelesen|mehr (?:zum thema|dazu|infos)|siehe auch
das(?: \w+)? könnte (?:sie|dich|ihnen|dir) (?:auch )?(?:interessieren|gefallen)
à lire(?: aussi| également)?|lire aussi|voir aussi
(?:le|te) puede interesar|lea(?: también)?|lee(?: también)?|mira|vea(?: también)?
leggi anche|leia (?:também|mais)|lees ook|zobacz (?:też|także)|czytaj (?:też|także|również)
""",
    r"\s*(?::|\?|>|»|–|-|…|\Z).*",
)
_PROMOTION = _phrases(
    r"""
subscribe (?:now|today|to|here)\b|sign up (?:for|to|here|now)\b|become a (?:member|subscriber)\b|join our\b
follow (?:us|\w+(?: \w+)?) on (?:twitter|facebook|instagram|linkedin|whatsapp|google|x|social)\b
for the latest (?:news|stories|updates)\b|download (?:the|our) .{0,40}\bapps?\b|click here (?:to|for)\b
support (?:our|independent) (?:work|journalism)\b|we want to hear what you think\b|submit your letter\b
all rights reserved|copyright (?:\d|©)|this article is the copyright|written permission must be
""",
    ".*",
)
_COMMENTS_TITLE = _phrases(
    r"""
\(?\d*\)? ?(?:reader |user )?(?:comments?|commentaires?|kommentare?|comentarios?)(?: ?\(?\d*\)?| on .*)?
leave a (?:comment|reply).*|\d+ (?:replies|responses|thoughts)\b.*|schreibe einen kommentar.*|join the discussion
""",
    r"\W*",
)
_TITLE = _phrases(
    r"""
related(?: \w+){0,3}|more (?:from|on|in|like|about|news|stories)\b.*
you (?:may|might) (?:also )?(?:like|be interested).*
recommended.*|read (?:more|next|also)\b.*|see also|most (?:read|popular|viewed|shared).*|trending.*|popular.*
also (?:read|on|see)\b.*|latest (?:news|posts|stories|articles).*
share(?: this| on)?\b.{0,30}|follow us.*|newsletters?|sign up.*|subscribe.*|about the authors?
mehr (?:zum thema|zu|von|aus|auf)\b.*|(?:das|dies)(?: \w+)? könnte (?:sie|dich|ihnen|dir).*
weitere (?:\w+ )?(?:artikel|themen|beiträge|meldungen|informationen|news).*
auch auf \w.*|zum weiterlesen|empfehlungen .*|unsere empfehlung.*|meist-?(?:gelesen|diskutiert).*
(?:\w+ )?(?:artikel|beitrag|seite)? ?teilen.*|teilen mit.*|gefällt mir.*
ähnliche (?:artikel|beiträge).*|verwandte .*|lesen sie auch.*
(?:le|te) puede interesar.*|relacionad[oa]s.*|noticias relacionadas.*
(?:você )?(?:também )?pode gostar.*|(?:veja|leia) (?:também|mais)\b.*|notícias relacionadas.*
(?:breaking|top) (?:news|stories)|in other news|up next|what to read next
(?:à|a) lire (?:aussi|également).*|sur le même (?:sujet|thème).*
""",
    r"\W*",
)

_READ_ON = _phrases(
    r"""
(?:read|show|see|view|load|continue)(?: reading| the)?(?: more| on| all| full| rest)?(?: story| article| text)?
weiterlesen|mehr (?:lesen|anzeigen)|lire la suite|leer más|leggi tutto|ler mais|lees verder|czytaj dalej
""",
    r"\W*",
)
_OPENER = re.compile(
    r"\W*(?:(?:open|close|show|hide|view|toggle|expand|the|main|site|mobile|all|your|my|manage|cookies?|privacy|user"
    r"|change|select|choose|consent|and|&) )*(?:menu|navigation|nav|search|filters?|sort by|settings|preferences"
    r"|my account|basket|cart|languages?|country|region|sidebar|log ?in|sign ?in|sign ?up|register|subscribe)\W*",
    re.IGNORECASE,
)


def is_furniture_line(text: str) -> bool:
    """Return whether the text is all that a button, a counter or a label says, or points to another article."""
    if len(text) >= 200:
        return False
    is_label = len(text) < 60 and _LINE.fullmatch(text)
    return bool(is_label or any(pattern.fullmatch(text) for pattern in (_POINTER, _PROMOTION, _CREDIT)))


def opens_furniture(text: str) -> bool:
    """Return whether what a control of this label opens is no part of the article: a menu, a search, comments."""
    if _READ_ON.fullmatch(text):
        return False
    is_title = is_comments_title(text) or is_furniture_title(text)
    return is_title or is_furniture_line(text) or _OPENER.fullmatch(text) is not None


def is_comments_title(text: str) -> bool:
    """Return whether the text is a title of what readers wrote."""
    return len(text) < 100 and _COMMENTS_TITLE.fullmatch(text) is not None


def is_furniture_title(text: str) -> bool:
    """Return whether the text is a title of what follows an article, such as links to others."""
    return len(text) < 100 and _TITLE.fullmatch(text) is not None
