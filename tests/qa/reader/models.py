"""Tiny random readers, one of each kind of tokenizer, written to a folder as save_pretrained() does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

TEXTS = [
    "Super Bowl 50 was won by the Denver Broncos, who beat the Carolina Panthers 24–10 in Santa Clara.",
    "The café sold 40% more: “naïve” tourists paid $2.53 each, U.S. visitors didn't, and Ukraine’s did.",
    "Who won? When was it held? Where did they play? How much was paid? 日本語 😀 ﬁne ½",
]
SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}
BERT = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}
ROBERTA = {"unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>"}


def wordpiece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    trainer = trainers.WordPieceTrainer(vocab_size=150, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def byte_level() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def unigram() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    trainer = trainers.UnigramTrainer(
        vocab_size=120, unk_token="[UNK]", special_tokens=special, show_progress=False
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def _bert(size: int) -> Any:
    config = transformers.BertConfig(vocab_size=size, max_position_embeddings=512, **SIZES)
    return transformers.BertForQuestionAnswering(config)


def _roberta(size: int) -> Any:
    config = transformers.RobertaConfig(
        vocab_size=size, max_position_embeddings=130, type_vocab_size=1, pad_token_id=1, **SIZES
    )
    return transformers.RobertaForQuestionAnswering(config)


def _deberta(size: int) -> Any:
    config = transformers.DebertaV2Config(
        vocab_size=size,
        max_position_embeddings=512,
        relative_attention=True,
        position_biased_input=False,
        pos_att_type=["p2c", "c2p"],
        **SIZES,
    )
    return transformers.DebertaV2ForQuestionAnswering(config)


KINDS: dict[str, tuple[Callable[[], Tokenizer], dict[str, str], Callable[[int], Any]]] = {
    "bert": (wordpiece, BERT, _bert),
    "roberta": (byte_level, ROBERTA, _roberta),
    "deberta": (unigram, BERT, _deberta),
}


def save(kind: str, folder: Path) -> Path:
    """Write a reader with random weights, large enough that its logits differ from token to token."""
    make_tokenizer, special, make_network = KINDS[kind]
    tokenizer = make_tokenizer()
    torch.manual_seed(0)
    network = make_network(tokenizer.get_vocab_size())
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.3)
    network.half().save_pretrained(folder)
    inputs = ["input_ids", "attention_mask", *(["token_type_ids"] if kind == "bert" else [])]
    make_fast: Any = transformers.PreTrainedTokenizerFast
    fast = make_fast(tokenizer_object=tokenizer, model_input_names=inputs, **special)
    fast.save_pretrained(folder)
    return folder
