"""The Python API for notebooks and scripts: the command line's overrides in, objects out."""
