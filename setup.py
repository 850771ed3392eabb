"""The compiled extensions; everything else about the build is in pyproject.toml.

SUANLU_CYTHON_CHECKS=1 builds with every Cython check (overflow: pathcalc alone), C warnings shown, and the
undefined-behaviour and address sanitizers (run Python with libasan preloaded then).
"""

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

CORES = os.cpu_count() or 1
CHECKS = os.environ.get("SUANLU_CYTHON_CHECKS") == "1"
WARNINGS = ["-Wall", "-Wno-unused-function", "-Wno-sign-compare"]
SANITIZE = ["-fsanitize=address,undefined", "-fno-omit-frame-pointer"]


def extension(source: Path) -> Extension:
    """One extension module for one .pyx file; its module name is its path."""
    return Extension(
        ".".join(source.with_suffix("").parts),
        [str(source)],
        extra_compile_args=["-O1", "-g", *WARNINGS, *SANITIZE] if CHECKS else ["-O3"],
        extra_link_args=SANITIZE if CHECKS else [],
    )


def modules(room: str, *, overflowcheck: bool) -> list[Extension]:
    """Compile one room's Cython to C."""
    return cythonize(
        [extension(path) for path in sorted(Path(room).rglob("*.pyx"))],
        nthreads=CORES,
        compiler_directives={
            "language_level": "3",
            "boundscheck": CHECKS,
            "wraparound": False,
            "initializedcheck": CHECKS,
            "cdivision": not CHECKS,
            "overflowcheck": overflowcheck,
            "embedsignature": True,
            "freethreading_compatible": False,
            "show_performance_hints": not CHECKS,
        },
    )


setup(
    options={"build_ext": {"parallel": CORES}},
    ext_modules=[
        # On the wire arithmetic is modulo 2^64 by intent: zigzags, hashes, a counter's step across its wrap.
        # Where a product could be too large it is asked before (collector/_value.pxd, collector/rates.pxd).
        *modules("collector", overflowcheck=False),
        *modules("pathcalc", overflowcheck=CHECKS),
    ],
)
