"""Compile the pipeline's template into that of its YAML, so that `export` does not need kfp.

Run it by `make pipeline` after an edit of `kubeflow_pipeline.py.j2`, or with another kfp.
"""

import tempfile
from pathlib import Path

from orchestrated import ROOT, Tool

from retrainlab.experiments.production.scheduler_files import environment

TEMPLATES = ROOT / "experiments" / "production" / "templates"
NAMES = {
    "pipeline": "name-of-the-pipeline",
    "folder": "/name/of/the/folder",
    "hours": "123456789",
    "zone": "Name/Of_The_Zone",
    "moment": "",
    "label": "",
    "every": "",
    "schedule": "",
}


def rebuilt() -> str:
    """The template of the YAML: what kfp makes of the pipeline, with its names left open."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = (TEMPLATES / "kubeflow_pipeline.py.j2").read_text()
        (place / "pipeline.py").write_text(environment().from_string(source).render(NAMES))
        Tool("kubeflow", place).run("python", str(place / "pipeline.py"))
        text = (place / "pipeline.yaml").read_text()
    text = text.replace("{{", "{{ '{{' }}")
    text = text.replace(repr(NAMES["folder"]), "{{ folder | python }}")
    text = text.replace(NAMES["folder"], "{{ folder | scalar }}")
    for name in ("pipeline", "hours", "zone"):
        text = text.replace(NAMES[name], f"{{{{ {name} }}}}")
    return text


if __name__ == "__main__":
    (TEMPLATES / "kubeflow_pipeline.yaml.j2").write_text(rebuilt())
