"""The layout of a reader's inputs: its tokenizer, and where the special tokens go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import ModelError
from qa.reader.windows import Template, Window, cut_question, window_starts

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["InputLayout", "read_bert_layout", "template_of"]

_SPECIAL_TOKENS = (("cls_token", "[CLS]"), ("pad_token", "[PAD]"))
_BERT_TOKENIZERS = ("BertTokenizer", "BertTokenizerFast")


@dataclass(frozen=True, slots=True)
class InputLayout:
    """The tokenizer of a reader, and the layout of its inputs."""

    tokenizer: Tokenizer
    template: Template
    pad_id: int
    max_tokens: int
    """Longest input, special tokens included."""
    takes_type_ids: bool

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Return the encoding of each text; equal texts are encoded once, lone surrogates as question marks."""
        unique = {text: text.encode("utf-8", "replace").decode() for text in texts}
        encodings = self.tokenizer.encode_batch(list(unique.values()), add_special_tokens=False)
        encoded = dict(zip(unique, encodings, strict=True))
        return [encoded[text] for text in texts]

    def windows(
        self, pair: int, question: Sequence[int], passage: Sequence[int], window_tokens: int, stride_tokens: int
    ) -> Iterator[Window]:
        """Yield the inputs for a question and a passage; the question takes at most half of the room.

        :param pair: the number of the pair, which the inputs carry.
        :param question: its token ids, without special tokens; those of the passage likewise.
        :param window_tokens: the longest input, up to the model's own limit.
        :param stride_tokens: the overlap of two inputs.
        :raises ModelError: if an input is too short to hold a passage.
        """
        template = self.template
        room = min(window_tokens, self.max_tokens) - template.size
        if room < 2:
            raise ModelError(f"an input of {room + template.size} tokens is too short to hold a passage")
        question = cut_question(question, room // 2)
        room -= len(question)
        for start in window_starts(len(passage), room, stride_tokens):
            part = passage[start : start + room]
            ids, type_ids = template.fill(question, part)
            offset = len(template.before) + len(question) + len(template.between)
            yield Window(pair, start, len(part), ids, type_ids, offset)


def read_bert_layout(folder: Path, *, positions: int, types: int) -> InputLayout | None:
    """Read the layout of a BERT from ``tokenizer.json`` and ``tokenizer_config.json``.

    :param positions: how many tokens have a position embedding.
    :param types: how many token types there are.
    :return: None if transformers would make another tokenizer of these files, or they are missing or damaged.
    """
    from tokenizers import Tokenizer

    try:
        text = (folder / "tokenizer.json").read_text("utf-8")
        settings = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
        if not _is_whole(json.loads(text), settings):
            return None
        fast = Tokenizer.from_str(text)
    except Exception:  # of the tokenizers package, which raises nothing more specific
        return None
    fast.no_truncation()
    fast.no_padding()
    cls_id, pad_id = (fast.token_to_id(_content(settings.get(name, usual))) for name, usual in _SPECIAL_TOKENS)
    if cls_id is None or pad_id is None:
        return None
    usual_inputs = ["token_type_ids"] if settings["tokenizer_class"] in _BERT_TOKENIZERS else []
    return InputLayout(
        tokenizer=fast,
        template=template_of(fast, cls_id),
        pad_id=pad_id,
        max_tokens=int(min(settings.get("model_max_length", positions), positions)),
        takes_type_ids=types > 1 and "token_type_ids" in settings.get("model_input_names", usual_inputs),
    )


def template_of(tokenizer: Tokenizer, cls_id: int | None) -> Template:
    """Find out from an example where the tokenizer puts its special tokens."""
    example = tokenizer.encode("a", "b")
    parts = example.sequence_ids
    tokens = list(zip(example.ids, example.type_ids, strict=True))
    question, passage = parts.index(0), parts.index(1)
    question_end, passage_end = len(parts) - parts[::-1].index(0), len(parts) - parts[::-1].index(1)
    return Template(
        before=tuple(tokens[:question]),
        between=tuple(tokens[question_end:passage]),
        after=tuple(tokens[passage_end:]),
        question_type=tokens[question][1],
        passage_type=tokens[passage][1],
        null_index=example.ids.index(cls_id) if cls_id in example.ids[:question] else 0,
    )


def _is_whole(tokenizer: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Return whether ``tokenizer.json`` is all that transformers would use, however its settings read."""
    kind, normalizer = settings.get("tokenizer_class"), tokenizer.get("normalizer") or {}
    if kind in _BERT_TOKENIZERS:  # rebuilt by transformers from the settings
        return bool(normalizer.get("lowercase") == settings.get("do_lower_case", True))
    return kind in ("PreTrainedTokenizerFast", "TokenizersBackend")


def _content(token: str | Mapping[str, Any]) -> str:
    return token if isinstance(token, str) else str(token["content"])
