"""What a question imports: most of the time of `quotewell ask` is the start."""

from __future__ import annotations

from tests.qa.cli.running import NAME_MODULES, QUESTION, shell

SLOW_TO_IMPORT = {
    "datasketch",
    "docutils",
    "gradio",
    "httpx",
    "huggingface_hub",
    "lxml",
    "matplotlib",
    "pandas",
    "pypdfium2",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "transformers",
}


def test_a_question_imports_nothing_that_is_slow_to_import(library: str) -> None:
    done = shell("ask", QUESTION, "--library", library, "--no-daemon", code=NAME_MODULES)
    assert done.stdout.startswith("more than 40"), done.stderr
    assert not SLOW_TO_IMPORT & set(done.stderr.split())
