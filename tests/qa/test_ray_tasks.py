from __future__ import annotations

import sys
from threading import Thread

import click
import pytest

from qa.ray_tasks import only_own_output


def test_news_of_the_cluster_is_no_result(capsys: pytest.CaptureFixture[str]) -> None:
    with only_own_output():
        news = Thread(target=print, args=("a node has died",))
        news.start()
        news.join()
        sys.stdout.write("written\n")
        click.echo("echoed")
    click.echo("later")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("written\nechoed\nlater\n", "a node has died\n")
