"""`python -m retrainlab`: the command line."""

import sys

# Python puts the current folder first; a user's own random.py there must not hide Python's.
if not sys.flags.safe_path:
    sys.path.pop(0)

from retrainlab.experiments.cli import main

if __name__ == "__main__":
    main()
