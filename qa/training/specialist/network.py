"""The network that trains the specialist: the reader's layers, the lower ones frozen, and two heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from qa.reader.input_layout import InputLayout
from qa.reader.specialist import OTHER, TAGS, VERDICTS
from qa.reader.windows import Window
from qa.training.data.inputs import LENGTH_STEP
from qa.training.reader.base_model import load_base
from qa.training.specialist.tasks import Task

if TYPE_CHECKING:
    from transformers import BertConfig, BertModel

__all__ = ["Labelled", "SpecialistNetwork", "collate", "label"]

UNLABELLED = -100
"""The class that ``cross_entropy`` ignores."""


class Labelled(NamedTuple):
    """An input with the class of each token, for a list, or of the whole, which is that of its first token."""

    window: Window
    classes: list[int]
    head: str

    def __len__(self) -> int:
        return len(self.window)


class SpecialistNetwork(nn.Module):
    """A BERT whose embeddings and lower layers stay those of a reader.

    :param reader: the folder of the reader.
    :param own: how many of the upper layers are trained.
    """

    def __init__(self, reader: Path, own: int) -> None:
        super().__init__()
        model, _ = load_base(reader)
        self.layout: InputLayout = model
        self.bert, config = cast("BertModel", model.network.bert), cast("BertConfig", model.network.config)
        width = config.hidden_size
        self.tags, self.verdict = nn.Linear(width, len(TAGS)), nn.Linear(width, len(VERDICTS))
        self._own_layers = range(config.num_hidden_layers - own, config.num_hidden_layers)
        for name, parameter in self.bert.named_parameters():
            parameter.requires_grad_(any(name.startswith(f"encoder.layer.{n}.") for n in self._own_layers))

    def loss(self, batch: Sequence[Labelled]) -> torch.Tensor:
        """Return the mean cross-entropy of a batch of one head."""
        device = self.tags.weight.device
        ids, kinds, mask, classes = (tensor.to(device) for tensor in collate(batch))
        output = self.bert(input_ids=ids, token_type_ids=kinds, attention_mask=mask)
        head: nn.Module = getattr(self, batch[0].head)
        logits = head(output.last_hidden_state.float())
        return cross_entropy(logits.flatten(0, 1), classes.flatten(), ignore_index=UNLABELLED)

    def own_weights(self) -> Mapping[str, torch.Tensor]:
        """Return the trained weights by the names that the specialist reads, as float16."""
        own = tuple(f"bert.encoder.layer.{number}." for number in self._own_layers)
        return {
            name.removeprefix("bert."): tensor.detach().half().contiguous()
            for name, tensor in self.state_dict().items()
            if name.startswith((*own, "tags.", "verdict."))
        }


def label(tasks: Sequence[Task], layout: InputLayout, max_tokens: int) -> list[Labelled]:
    """Return an input for each task: of a long text, the window that has the most of the items."""
    questions = layout.encode([task.question for task in tasks])
    texts = layout.encode([task.text for task in tasks])
    labelled = []
    for task, question, text in zip(tasks, questions, texts, strict=True):
        tags = _tags(task, text.offsets)
        windows = layout.windows(0, question.ids, text.ids, max_tokens, max_tokens // 2)
        best = max(windows, key=lambda one: sum(map(bool, tags[one.start : one.start + one.size])))
        classes = [UNLABELLED] * len(best)
        if task.verdict:
            classes[0] = VERDICTS.index(task.verdict)
        else:
            classes[best.offset : best.offset + best.size] = tags[best.start : best.start + best.size]
        labelled.append(Labelled(best, classes, "verdict" if task.verdict else "tags"))
    return labelled


def _tags(task: Task, offsets: Sequence[tuple[int, int]]) -> list[int]:
    tags = [OTHER] * len(offsets)
    for start, end in task.items:
        inside = [number for number, (low, high) in enumerate(offsets) if low < end and start < high]
        for number in inside:
            tags[number] = TAGS.index("begin" if number == inside[0] else "inside")
    return tags


def collate(batch: Sequence[Labelled]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return token ids, token types, mask and classes, each of shape ``(inputs, tokens)``."""
    width = -(-max(map(len, batch)) // LENGTH_STEP) * LENGTH_STEP
    ids, kinds, mask = (torch.zeros(len(batch), width, dtype=torch.long) for _ in range(3))
    classes = torch.full((len(batch), width), UNLABELLED)
    for row, one in enumerate(batch):
        size = len(one)
        ids[row, :size] = torch.tensor(one.window.ids)
        kinds[row, :size] = torch.tensor(one.window.type_ids)
        mask[row, :size] = 1
        classes[row, :size] = torch.tensor(one.classes)
    return ids, kinds, mask, classes
