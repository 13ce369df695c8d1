"""nbgrader's configuration for a class run from this clone: see the README's section for instructors."""

import os
from pathlib import Path

from grader.nbgrader.config import class_config

root = Path(os.environ.get("GRADER_COURSE_ROOT", Path(__file__).parent)).resolve()
c = get_config()  # noqa: F821  (traitlets gives a configuration file this name)
c.merge(class_config(root, root / ".build" / "source", root / "course"))
