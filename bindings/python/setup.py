"""Builds the extension module and lays the library beside it. Everything else stands in pyproject.toml."""

import os
import shutil
import sys

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import build_native


class BuildPyWithLibrary(build_py):
    """The wheel holds the library, under the name that the extension module asks the loader for."""

    def run(self):
        super().run()
        folder = os.path.join(self.build_lib, "libtgsession")
        self.mkpath(folder)
        shutil.copy2(build_native.library(), os.path.join(folder, build_native.LOADED_NAME))


setup(
    cffi_modules=["build_native.py:builder"],
    cmdclass={"build_py": BuildPyWithLibrary},
    # One wheel serves every Python from 3.9 on.
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
)
