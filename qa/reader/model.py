"""Find models, and load them with their tokenizers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.inference.hub import HubError, first_line, hub_folder, quiet_transformers
from qa.errors import ModelError
from qa.reader.input_layout import InputLayout, template_of

if TYPE_CHECKING:
    import torch

__all__ = ["SpanModel", "checksum", "find_model", "load_model", "span_model", "weight_files"]

BUNDLED = Path(__file__).parent.parent / "models" / "reader"
_HUB_ID = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")


@dataclass(frozen=True, slots=True)
class SpanModel(InputLayout):
    """A network with a span head, in evaluation mode, and the layout of its inputs."""

    network: torch.nn.Module

    def arguments(self, ids: torch.Tensor, mask: torch.Tensor, type_ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return the keyword arguments of the network, all of shape ``(inputs, tokens)``."""
        types = {"token_type_ids": type_ids} if self.takes_type_ids else {}
        return {"input_ids": ids, "attention_mask": mask, **types}


def find_model(model: str | Path | None) -> Path:
    """Return the folder of a model: the folder itself, the local copy of a hub id, or the bundled model for None.

    :raises ModelError: if there is no such folder, or the hub cannot give the model.
    """
    if not model:
        return BUNDLED
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if isinstance(model, Path) or not _HUB_ID.fullmatch(model):
        raise ModelError(f"no reader model at {str(model)!r}: give a folder that holds config.json")
    try:
        return hub_folder(model)
    except HubError as error:
        raise ModelError(str(error)) from error


def checksum(folder: Path) -> str:
    """Return the checksum of a model: of ``config.json``, ``tokenizer.json`` and the weights.

    It is the first 16 hexadecimal digits of the SHA-256 over the SHA-256 digests of these files.

    :raises ModelError: if the folder contains no weights.
    """
    digest = hashlib.sha256()
    for name in ("config.json", "tokenizer.json", *weight_files(folder)):
        if (folder / name).exists():
            with (folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def weight_files(folder: Path) -> list[str]:
    """Return the names of the files that hold a model's weights.

    :raises ModelError: if the folder is no model, or contains no weights.
    """
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} is not a model: it has no config.json")
    if weights := sorted(path.name for path in folder.glob("*.safetensors")):
        return weights
    raise ModelError(f"{folder} contains no *.safetensors: save the model with save_pretrained()")


def load_model(folder: Path) -> SpanModel:
    """Load the network, as float32, and its tokenizer.

    :raises ModelError: if the folder does not hold a model for extractive QA with a fast tokenizer.
    """
    weight_files(folder)
    with quiet_transformers():
        tokenizer = _load_tokenizer(folder)
        network = _load_network(folder)
    return span_model(network, tokenizer)


def span_model(network: torch.nn.Module, tokenizer: Any) -> SpanModel:
    """Return what the reader needs of a network with a span head and its fast ``transformers`` tokenizer."""
    fast = tokenizer.backend_tokenizer
    fast.no_truncation()
    fast.no_padding()
    limits = (tokenizer.model_max_length, _positions(network))
    return SpanModel(
        network=network,
        tokenizer=fast,
        template=template_of(fast, tokenizer.cls_token_id),
        pad_id=tokenizer.pad_token_id or 0,
        max_tokens=min(limits),
        takes_type_ids="token_type_ids" in tokenizer.model_input_names
        and getattr(network.config, "type_vocab_size", 0) > 1,
    )


def _load_tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)  # nosec B615 # local
    except Exception as error:  # transformers raises nearly everything here
        raise ModelError(f"the tokenizer in {folder} cannot be loaded: {first_line(error)}") from error
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(
            f"{folder} has a slow tokenizer, which gives no offsets: save a tokenizer.json next to it"
        )
    if len(tokenizer) <= len(tokenizer.all_special_ids):
        raise ModelError(
            f"{folder} has no vocabulary: save the tokenizer that the model was trained with next to it"
        )
    return tokenizer


def _load_network(folder: Path) -> torch.nn.Module:
    import torch
    from transformers import AutoModelForQuestionAnswering

    try:
        network, report = AutoModelForQuestionAnswering.from_pretrained(  # nosec B615 # a local folder
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except Exception as error:
        raise ModelError(f"{folder} is not a model for extractive QA: {first_line(error)}") from error
    if missing := sorted(report["missing_keys"]):
        raise ModelError(
            f"{folder} is not a model for extractive QA: it has no weights for {', '.join(missing[:3])}; "
            "give one that was trained to answer questions"
        )
    return network.eval()  # type: ignore[no-any-return]


def _positions(network: torch.nn.Module) -> int:
    """Return how many tokens have a position embedding; RoBERTa's positions begin after that of the padding."""
    import torch

    for name, module in network.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            return module.num_embeddings - (0 if module.padding_idx is None else module.padding_idx + 1)
    return 2**31
