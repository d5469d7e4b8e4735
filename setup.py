"""Make the README's links absolute for the page of the package. Everything else is in pyproject.toml."""

import re
import tomllib
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).parent
RELATIVE_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)[^)\s]+")
PICTURES = (".png", ".svg")


def absolute_links(readme: str, repository: str) -> str:
    """Return Markdown in which links to files of the repository lead to its address."""

    def absolute(link: re.Match[str]) -> str:
        view = "raw" if link[0].endswith(PICTURES) else "blob"
        return f"{repository}/{view}/HEAD/{link[0]}"

    return RELATIVE_LINK.sub(absolute, readme)


project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
setup(
    long_description=absolute_links((ROOT / "README.md").read_text("utf-8"), project["urls"]["Source"]),
    long_description_content_type="text/markdown",
)
