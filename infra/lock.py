"""Writes the lock files from pyproject.toml: `make lock`.

Every version with the hashes of its files, and no address of any index, so that each machine
asks its own. `uv` must be on the path; it is needed for this only.
"""

import os
import subprocess
import sys

from infra.demo.place import ROOT

PYTHON_VERSION = "3.11"
LOCKS = (
    ("requirements.lock", ()),
    ("requirements-dev.lock", ("--group", "dev", "--constraints", "requirements.lock")),
)


def main(extra: list[str]) -> int:
    """Compile both files; `extra` goes to uv, for example `--upgrade-package NAME`."""
    environment = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    for file, options in LOCKS:
        done = subprocess.run(
            [
                "uv", "pip", "compile", "pyproject.toml", *options, "--universal",
                "--python-version", PYTHON_VERSION, "--generate-hashes", "--no-emit-index-url",
                "--no-emit-find-links", "--quiet", "--output-file", file, *extra,
            ],
            cwd=ROOT, env=environment, check=False,
        )  # fmt: skip
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
