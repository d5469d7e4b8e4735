"""The command that drafts questions to evaluate with: ``quotewell evaluate init``."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.options import EXAMPLE, json_option, library_option, open_assistant
from qa.cli.output import emit

__all__ = ["init"]


@click.command(epilog=f"{EXAMPLE}evaluate init --library news questions.jsonl")
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
@library_option
@click.option(
    "--questions", default=50, show_default=True, type=click.IntRange(0), help="Draft so many from the articles."
)
@click.option("--seed", default=0, show_default=True, help="Which passages are drawn.")
@json_option
def init(output: Path, library: str, questions: int, seed: int, as_json: bool) -> None:
    """Draft questions about the library's articles, and write them to OUTPUT, for you to correct.

    OUTPUT holds a question a line. What readers rated as right, or as not answered by the articles, is ready. The
    rest is marked "draft": true, and does not count before you have read it and taken the mark away: answers that
    were rated as wrong, which want a right one, and questions made from sentences by rules.
    """
    from qa.evaluation.drafting import draft_file, write_questions

    with open_assistant(library, create=False) as assistant:
        drafted = draft_file(assistant.library.iter_articles(), assistant.feedback(), questions, seed)
    write_questions(drafted, output)
    rated, to_complete, drafts = len(drafted.rated), len(drafted.to_complete), len(drafted.drafts)
    empty = sum(not line["question"] for line in drafted.drafts)
    if as_json:
        emit({"path": str(output), "rated": rated, "to_complete": to_complete, "drafts": drafts, "empty": empty})
    else:
        fewer = "" if drafts == questions else f"\nThe rules find no more than these, of the {questions} wanted."
        emit(
            f"{output}: {rated} questions from ratings, {to_complete} wrong answers to complete, {drafts} drafts"
            f" from articles, {empty} of them passages that you are to ask a question about.{fewer}\n"
            'Correct what is marked "draft": true and take the mark away; else it does not count.'
        )
