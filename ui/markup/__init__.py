"""All HTML of the chat is made here, and everything that comes from outside is escaped here.

Articles, titles, file names, questions and messages reach the page through :func:`text` alone, or through
:func:`attribute` where they are the value of an attribute.
"""

from ui.markup.article import Walk, source
from ui.markup.article_table import articles, report
from ui.markup.conversation import talk
from ui.markup.escaping import attribute, text
from ui.markup.filter_form import chips, finder
from ui.markup.page import greeting, header, message, preferences
from ui.markup.wording import certainty

__all__ = [
    "Walk",
    "articles",
    "attribute",
    "certainty",
    "chips",
    "finder",
    "greeting",
    "header",
    "message",
    "preferences",
    "report",
    "source",
    "talk",
    "text",
]
