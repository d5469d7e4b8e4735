"""All HTML of the chat is made here, and everything that comes from outside is escaped here.

Articles, titles, file names, questions and messages reach the page through :func:`text` alone, or through
:func:`attribute` where they are the value of an attribute.
"""

from ui.markup.conversation import greeting, talk
from ui.markup.escaping import attribute, text
from ui.markup.listing import articles, report
from ui.markup.page import header, message
from ui.markup.sources import source
from ui.markup.wording import certainty

__all__ = [
    "articles",
    "attribute",
    "certainty",
    "greeting",
    "header",
    "message",
    "report",
    "source",
    "talk",
    "text",
]
