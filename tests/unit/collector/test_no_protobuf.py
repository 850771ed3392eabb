"""The collector needs no generated protobuf code."""

import subprocess
import sys


def test_the_collector_imports_no_protobuf() -> None:
    program = (
        "import sys, collector.collector\n"
        "print([name for name in sys.modules if name.startswith('google.protobuf')])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
