"""The HTML of the chat. Everything that comes from outside is escaped here."""

from qa.export.escaping import html_text as escape
from ui.markup.article import ReplyCitations, render_article, render_no_page_image, render_page_image
from ui.markup.article_table import render_add_report, render_article_table
from ui.markup.conversation import render_conversation
from ui.markup.filter_form import render_active_filters, render_filter_form
from ui.markup.first_view import render_first_view
from ui.markup.page_parts import render_formats, render_header, render_message, render_preferences, render_welcome
from ui.markup.wording import confidence_in_words

__all__ = [
    "ReplyCitations",
    "confidence_in_words",
    "escape",
    "render_active_filters",
    "render_add_report",
    "render_article",
    "render_article_table",
    "render_conversation",
    "render_filter_form",
    "render_first_view",
    "render_formats",
    "render_header",
    "render_message",
    "render_no_page_image",
    "render_page_image",
    "render_preferences",
    "render_welcome",
]
