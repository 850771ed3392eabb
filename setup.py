"""The compiled extensions; everything else about the build is in pyproject.toml.

SUANLU_CYTHON_CHECKS=1 builds with every Cython check, C warnings as errors and the
undefined-behaviour and address sanitizers (run Python with libasan preloaded then).
"""

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

CHECKS = os.environ.get("SUANLU_CYTHON_CHECKS") == "1"
SANITIZE = ["-fsanitize=address,undefined", "-fno-omit-frame-pointer"]


def extension(source: Path) -> Extension:
    """One extension module for one .pyx file; its module name is its path."""
    return Extension(
        ".".join(source.with_suffix("").parts),
        [str(source)],
        extra_compile_args=["-O1", "-g", "-Wall", "-Wno-unused-function", *SANITIZE] if CHECKS else ["-O3"],
        extra_link_args=SANITIZE if CHECKS else [],
    )


setup(
    ext_modules=cythonize(
        [extension(path) for room in ("collector", "pathcalc") for path in sorted(Path(room).rglob("*.pyx"))],
        compiler_directives={
            "language_level": "3",
            "boundscheck": CHECKS,
            "wraparound": False,
            "initializedcheck": CHECKS,
            "cdivision": not CHECKS,
            "overflowcheck": CHECKS,
            "embedsignature": True,
            "freethreading_compatible": False,
        },
    )
)
