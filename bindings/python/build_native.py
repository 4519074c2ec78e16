"""Describes the C interface to cffi: its declarations are include/tgsession.h itself, not a copy.

The header and the library are those of the repository, or of $TGSESSION_INCLUDE_DIR and $TGSESSION_LIBRARY.
"""

import os
import re
import sys

import cffi

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

# How the library is called where it is built, and how the extension module asks the loader for it (its soname).
BUILT_NAME, LOADED_NAME, LINK_ARGS = {
    "darwin": ("libtgsession.dylib", "libtgsession.dylib", ["-Wl,-rpath,@loader_path"]),
    "win32": ("tgsession.dll", "tgsession.dll", []),
}.get(sys.platform, ("libtgsession.so", "libtgsession.so.0", ["-Wl,-rpath,$ORIGIN"]))


def include_dir():
    return os.environ.get("TGSESSION_INCLUDE_DIR") or os.path.join(ROOT, "include")


def library():
    path = os.environ.get("TGSESSION_LIBRARY") or os.path.join(ROOT, "target", "release", BUILT_NAME)
    if not os.path.exists(path):
        sys.exit(f"{path} is not there: run 'cargo build --release --lib' first")
    return path


def linked():
    """What the linker is given: on Windows that is the import library beside the DLL."""
    return library() + ".lib" if sys.platform == "win32" else library()


def declarations(header):
    """The header without what cffi does not parse: comments, the preprocessor, C++."""
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    header = re.sub(r"#ifdef __cplusplus.*?#endif[^\n]*", "", header, flags=re.DOTALL)
    # Constants get their values from the compiler.
    constants = re.findall(r"^#define (\w+) \S+", header, flags=re.MULTILINE)
    code = re.sub(r"^#.*$", "", header, flags=re.MULTILINE)
    return "\n".join(f"#define {name} ..." for name in constants) + code


def engine_functions(header):
    """The C functions that stand before the methods of a Python engine: one for each function of tgs_engine."""
    table = re.search(r"typedef struct tgs_engine \{(.*?)\} tgs_engine;", header, flags=re.DOTALL).group(1)
    functions = re.findall(r"(\w+) \(\*(\w+)\)\(([^;]*)\);", re.sub(r"/\*.*?\*/", "", table, flags=re.DOTALL))
    lines = [f"{result} tgs_py_{name}({arguments});" for result, name, arguments in functions]
    return 'extern "Python" {\n' + "\n".join(lines) + "\n}"


def make_builder():
    with open(os.path.join(include_dir(), "tgsession.h"), encoding="utf-8") as file:
        header = file.read()
    builder = cffi.FFI()
    builder.cdef(declarations(header))
    builder.cdef(engine_functions(header))
    builder.set_source(
        "libtgsession._tgsession",
        '#include "tgsession.h"',
        include_dirs=[include_dir()],
        extra_link_args=[linked(), *LINK_ARGS],
    )
    return builder


builder = make_builder()
