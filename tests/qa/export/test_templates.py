from __future__ import annotations

import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from qa.evaluation.report.page import TEMPLATES as REPORT
from qa.export.templates import Templates
from ui.markup.rendering import TEMPLATES as CHAT

ROOT = Path(__file__).parents[3]
FILES = sorted(path for room in ("qa", "ui") for path in (ROOT / room).rglob("templates/*.html"))
HOSTILE = "</script><!--<script>\" onload='x()' \0\r\ud800\u202etxt &amp;"


class Scripts(HTMLParser):
    """What a browser would find in script elements, and which elements there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags = "", []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def templates(folder: Path, **sources: str) -> Templates:
    for name, source in sources.items():
        (folder / f"{name}.html").write_text(source)
    return Templates(folder)


@pytest.fixture(scope="module")
def data_page(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    source = '<script type="application/json">{{ data|tojson }}</script>'
    return templates(tmp_path_factory.mktemp("templates"), page=source)


@given(st.text() | st.sampled_from(["</script><img src=x onerror=alert(1)>", "<!--<script>", "\u2028&amp;"]))
def test_json_in_a_script_element_reads_back_and_ends_nothing(data_page: Templates, text: str) -> None:
    page = Scripts(data_page.render("page.html", data={"a": [text]}))
    assert json.loads(page.text) == {"a": [text]}
    assert page.tags == ["script"]


def test_a_template_escapes_everything_wherever_it_stands(tmp_path: Path) -> None:
    source = '<title>{{ x }}</title><b title="{{ x }}">{{ x }}</b>{% set y %}{{ x }}{% endset %}<i>{{ y }}</i>'
    page = templates(tmp_path, page=source).render("page.html", x=HOSTILE)
    plain = "&lt;/script&gt;&lt;!--&lt;script&gt;&#34; onload=&#39;x()&#39; \ufffd&#13;\ufffd{}txt &amp;amp;"
    kept, isolated = plain.format("\u202e"), plain.format('<bdi class="qw-control">\u202e</bdi>')
    assert page == f'<title>{kept}</title><b title="{kept}">{isolated}</b><i>{isolated}</i>'


def test_the_lines_of_a_template_are_joined(tmp_path: Path) -> None:
    source = "<p>\n  One {{ x }}\n  {% if x %}\n    <b>\n      two\n      three\n    </b>\n  {% endif %}\n</p>\n"
    assert templates(tmp_path, page=source).render("page.html", x="a\n b") == "<p>One a\n b<b>two three</b></p>"


def test_a_name_that_a_template_does_not_get_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        templates(tmp_path, page="{{ missing }}").render("page.html")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_template_of_the_project_marks_nothing_as_safe_without_saying_why(path: Path) -> None:
    source = path.read_text("utf-8")
    lines = source.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if re.search(r"\|\s*safe\b", line):
            assert re.search(r"\{# safe: .+ #\}", before), line
    assert not re.search(r"autoescape|\|\s*(?:forceescape|xmlattr)\b", source)
    tags = re.findall(r"<[a-z][^<>]*>", re.sub(r"\{#.*?#\}|\{%.*?%\}", "", source, flags=re.DOTALL))
    assert not [tag for tag in tags if re.search(r"=\s*(?:'|\{\{)", tag)]  # values stand in double quotes


@pytest.mark.parametrize("made", [CHAT, REPORT])
def test_autoescape_is_on_in_templates_that_compile(made: Templates) -> None:
    assert made.environment.autoescape is True
    names = made.environment.list_templates()
    assert names
    for name in names:
        made.environment.get_template(name)


def test_the_package_ships_all_templates() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    shipped = {path for room in ("qa", "ui") for pattern in setup[room] for path in (ROOT / room).glob(pattern)}
    assert FILES
    assert set(FILES) <= shipped
