"""Describes the C interface to cffi, whose extension module holds the whole library: one file, nothing to find at run time.

The declarations are include/tgsession.h itself, never typed anew. Header and static library are those of the Rust sources
around this file (the repository's, or those that the sdist carries), built by cargo, or of $TGSESSION_INCLUDE_DIR and
$TGSESSION_STATIC_LIBRARY.
"""

import os
import re
import shutil
import subprocess
import sys

import cffi

HERE = os.path.dirname(os.path.abspath(__file__))
CARRIED = os.path.join(HERE, "rust")
SOURCES = CARRIED if os.path.isdir(CARRIED) else os.path.abspath(os.path.join(HERE, "..", ".."))
# The engines that a wheel has. Bare TGSESSION_FEATURES= leaves out those behind URLs.
FEATURES = os.environ.get("TGSESSION_FEATURES", "age,mongodb,sql,sqlcipher")

# The static library's name, and how the module is linked with it: only the module's own entry is seen from outside, so that
# the SQLite within meets no other.
FRAMEWORKS = ("Security", "SystemConfiguration", "CoreFoundation")
DLLS = ("advapi32", "bcrypt", "ntdll", "userenv", "ws2_32", "iphlpapi", "secur32")
BUILT_NAME, LINK_ARGS = {
    "darwin": (
        "libtgsession.a",
        ["-Wl,-exported_symbol,_PyInit__tgsession", "-Wl,-dead_strip", "-Wl,-S", "-liconv"]
        + [word for name in FRAMEWORKS for word in ("-framework", name)],
    ),
    "win32": ("tgsession.lib", [name + ".lib" for name in DLLS]),
}.get(
    sys.platform,
    ("libtgsession.a", ["-Wl,--exclude-libs,ALL", "-Wl,--gc-sections", "-Wl,-s", "-Wl,-z,nodelete", "-lpthread", "-ldl", "-lm"]),
)


def include_dir():
    return os.environ.get("TGSESSION_INCLUDE_DIR") or os.path.join(SOURCES, "include")


def library():
    """The static library, which cargo builds if nobody names one."""
    named = os.environ.get("TGSESSION_STATIC_LIBRARY")
    if named:
        return named
    cargo = shutil.which("cargo")
    if cargo is None:
        sys.exit("libtgsession: there is no wheel for this platform, and building it needs Rust 1.89 or later, which is not installed")
    target = os.environ.get("CARGO_TARGET_DIR") or os.path.join(SOURCES, "target")
    command = [cargo, "build", "--release", "--locked", "--lib", "--features", f"wiping-allocator,{FEATURES}", "--target-dir", target]
    # In the folder of the sources, for .cargo/config.toml says how SQLite is compiled.
    if subprocess.run(command, cwd=SOURCES).returncode != 0:
        sys.exit(f"libtgsession: '{' '.join(command)}' failed in {SOURCES}: its output is above")
    return os.path.join(target, "release", BUILT_NAME)


def declarations(header):
    """The header without what cffi does not parse: comments, the preprocessor, C++."""
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    header = re.sub(r"#ifdef __cplusplus.*?#endif[^\n]*", "", header, flags=re.DOTALL)
    # Constants get their values from the compiler.
    constants = re.findall(r"^#define (\w+) -?\d+$", header, flags=re.MULTILINE)
    code = re.sub(r"^#.*$|^TGS_API ", "", header, flags=re.MULTILINE)
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
        define_macros=[("TGS_STATIC", None)],
        # cffi asks for the builder for metadata too: the library is built when there is something to link (setup.py).
        extra_link_args=[],
    )
    return builder


builder = make_builder()
