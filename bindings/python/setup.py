"""Builds the extension module, and lets the sdist carry the Rust sources. Everything else stands in pyproject.toml."""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

from setuptools import setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import build_native

# A module that was linked elsewhere, for a platform that is not this one (packaging/python/wheel.py).
MODULE = os.environ.get("TGSESSION_MODULE")
PLATFORM = os.environ.get("TGSESSION_WHEEL_PLATFORM")


class BuildExtWithLibrary(build_ext):
    """Links the extension module with the static library."""

    def build_extension(self, ext):
        if MODULE:
            os.makedirs(os.path.dirname(self.get_ext_fullpath(ext.name)), exist_ok=True)
            shutil.copyfile(MODULE, self.get_ext_fullpath(ext.name))
            return
        ext.extra_link_args = [build_native.library(), *build_native.LINK_ARGS]
        super().build_extension(ext)

    def get_ext_filename(self, fullname):
        name = super().get_ext_filename(fullname)
        return os.path.join(os.path.dirname(name), os.path.basename(MODULE)) if MODULE else name


class SdistWithSources(sdist):
    """The sdist carries the Rust sources in a folder of its own: the crate, and how SQLite is compiled."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        with tempfile.TemporaryDirectory() as folder:
            command = ["cargo", "package", "--quiet", "--locked", "--no-verify", "--allow-dirty", "--target-dir", folder]
            subprocess.run(command, cwd=build_native.SOURCES, check=True)
            (crate,) = glob.glob(os.path.join(folder, "package", "*.crate"))
            shutil.unpack_archive(crate, folder, "gztar")
            shutil.copytree(os.path.splitext(os.path.join(folder, os.path.basename(crate)))[0], os.path.join(base_dir, "rust"))
        shutil.copytree(os.path.join(build_native.SOURCES, ".cargo"), os.path.join(base_dir, "rust", ".cargo"))


setup(
    cffi_modules=["build_native.py:builder"],
    cmdclass={"build_ext": BuildExtWithLibrary, "sdist": SdistWithSources},
    # One wheel serves every Python from 3.9 on.
    options={"bdist_wheel": {"py_limited_api": "cp39", **({"plat_name": PLATFORM} if PLATFORM else {})}},
)
