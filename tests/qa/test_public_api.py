from __future__ import annotations

import subprocess
import sys

import qa


def test_all_names_what_is_exported() -> None:
    assert sorted(qa.__all__) == list(qa.__all__)
    assert all(getattr(qa, name).__name__ == name for name in qa.__all__)
    public = {name for name, value in vars(qa).items() if getattr(value, "__module__", "").startswith("qa.")}
    assert public <= set(qa.__all__)


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; sys.argv = ['quotewell', '--help']\n"
        "from qa.cli.main import cli\n"
        "cli(standalone_mode=False)\n"
        "heavy = {'torch', 'transformers', 'faiss', 'gradio', 'numpy'} & sys.modules.keys()\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ask" in done.stdout
