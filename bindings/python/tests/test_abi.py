"""A library with another binary interface is refused when the package is imported."""

import os
import shutil
import subprocess
import sys

import pytest
from libtgsession import abi_version

STUB = "unsigned tgs_abi_version(void) { return %d; }"


@pytest.mark.skipif(sys.platform != "linux", reason="the loader is told by LD_PRELOAD")
def test_import_fails(tmp_path):
    compiler = shutil.which("cc") or pytest.fail("this test needs a C compiler")
    source, stub = tmp_path / "stub.c", tmp_path / "stub.so"
    source.write_text(STUB % (abi_version() + 998))
    subprocess.run([compiler, "-shared", "-fPIC", "-o", stub, source], check=True)
    run = subprocess.run(
        [sys.executable, "-c", "import libtgsession"],
        env={**os.environ, "LD_PRELOAD": str(stub)}, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 1
    assert "ImportError" in run.stderr
    assert f"version {abi_version()} " in run.stderr and f"version {abi_version() + 998}" in run.stderr
