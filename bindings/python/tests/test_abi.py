"""The binary interface is that of the library in the extension module, whatever else the process has loaded."""

import os
import shutil
import subprocess
import sys

import pytest
from libtgsession import abi_version
from libtgsession._native import check_abi

STUB = "unsigned tgs_abi_version(void) { return %d; }"


@pytest.mark.skipif(sys.platform != "linux", reason="the loader is told by LD_PRELOAD")
def test_another_library_of_the_process_is_not_called(tmp_path):
    compiler = shutil.which("cc") or pytest.fail("this test needs a C compiler")
    source, stub = tmp_path / "stub.c", tmp_path / "stub.so"
    source.write_text(STUB % (abi_version() + 998))
    subprocess.run([compiler, "-shared", "-fPIC", "-o", stub, source], check=True)
    ask = "import ctypes, libtgsession; print(ctypes.CDLL(None).tgs_abi_version(), libtgsession.abi_version())"
    run = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, "LD_PRELOAD": str(stub)}, capture_output=True, text=True,
    )  # fmt: skip
    assert run.stdout.split() == [str(abi_version() + 998), str(abi_version())], run.stderr


def test_a_module_that_was_built_with_another_header_is_refused():
    check_abi(abi_version(), abi_version())
    with pytest.raises(ImportError, match=f"version {abi_version() + 998} .* version {abi_version()}"):
        check_abi(abi_version() + 998, abi_version())
