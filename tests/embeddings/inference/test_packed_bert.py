from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertConfig, BertModel

from embeddings.inference.bert_weights import BertWeights
from embeddings.inference.packed_bert import PackedBert

SIZES = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 20,
}
texts = st.lists(st.lists(st.integers(0, 49), min_size=1, max_size=20), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def network() -> BertModel:
    torch.manual_seed(0)
    network = BertModel(BertConfig(**SIZES)).eval()
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.3)  # a fresh model is too even to tell a mistake by
    return network


@settings(max_examples=20)
@given(texts=texts)
def test_packed_states_are_those_of_each_text_alone(network: BertModel, texts: list[list[int]]) -> None:
    kinds = [[n % 2 for n in range(len(text))] for text in texts]
    packed = PackedBert(BertWeights.of(network), int8=False)
    with torch.inference_mode():
        alone = [
            network(torch.tensor([text]), token_type_ids=torch.tensor([kind])).last_hidden_state[0]
            for text, kind in zip(texts, kinds, strict=True)
        ]
    torch.testing.assert_close(packed.hidden_states(texts, kinds), torch.cat(alone), atol=1e-4, rtol=1e-4)


def test_type_ids_are_0_by_default(network: BertModel) -> None:
    packed = PackedBert(BertWeights.of(network), int8=False)
    assert torch.equal(packed.hidden_states([[1, 2, 3]]), packed.hidden_states([[1, 2, 3]], [[0, 0, 0]]))


def test_int8_states_are_near_and_do_not_depend_on_the_neighbours(network: BertModel) -> None:
    exact, packed = (PackedBert(BertWeights.of(network), int8=int8) for int8 in (False, True))
    batch = [[5, 6, 7, 8], [9, 10], [11, 12, 13, 14]]
    states = packed.hidden_states(batch)
    assert torch.nn.functional.cosine_similarity(states, exact.hidden_states(batch)).min() > 0.99
    assert torch.equal(states[4:6], packed.hidden_states([[9, 10]]))
