from __future__ import annotations

import json
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from qa.export.escaping import html_json


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


@given(st.text() | st.sampled_from(["</script><img src=x onerror=alert(1)>", "<!--<script>", "\u2028&amp;"]))
def test_json_in_a_script_element_reads_back_and_ends_nothing(text: str) -> None:
    found = Scripts(f'<script type="application/json">{html_json({"a": [text]})}</script>')
    assert json.loads(found.text) == {"a": [text]}
    assert found.tags == ["script"]
