from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qa.cli.replies.ask_request import AskRequest
from qa.types import Filters

texts = st.lists(st.text(), max_size=3).map(tuple)
days = st.none() | st.dates(min_value=date(1, 1, 1))
filters = st.builds(Filters, after=days, before=days, sources=texts, tags=texts, keep_undated=st.booleans())


@given(
    options=st.builds(
        AskRequest,
        min_confidence=st.none() | st.floats(0, 1),
        passages=st.none() | st.integers(1),
        filters=filters,
        output=st.sampled_from(["text", "json", "json lines"]),
    )
)
def test_options_survive_the_way_to_the_daemon(options: AskRequest) -> None:
    assert AskRequest.from_dict(json.loads(json.dumps(options.to_dict()))) == options
