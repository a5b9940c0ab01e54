"""The API reference as HTML, from the docstrings: `make docs` writes it to build/docs."""

from pathlib import Path

import pdoc
import pdoc.render

import retrainlab

ROOMS = (
    "retrainlab.sim",
    "retrainlab.scenarios",
    "retrainlab.strategies",
    "!retrainlab.experiments",
    "!retrainlab.reports",
    "!retrainlab.__main__",
)


def main(folder: Path = Path("build/docs")) -> Path:
    """Write the pages of the public names and of the rooms that hold them; return the first."""
    # The public names are imported when they are used; pdoc looks at those that are there.
    for name in retrainlab.__all__:
        setattr(retrainlab, name, getattr(retrainlab, name))
    pdoc.render.configure(docformat="markdown", math=False, search=True)
    pdoc.pdoc("retrainlab", *ROOMS, output_directory=folder)
    return folder / "retrainlab.html"


if __name__ == "__main__":
    print(main())
