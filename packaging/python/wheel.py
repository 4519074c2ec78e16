#!/usr/bin/env python3
"""wheel.py PLATFORM...: one wheel for each platform into target/dist/python, from what `make dist` has staged (set full).

The extension module is cross-compiled by zig against Python's stable ABI and linked with the staged static library, so that
a wheel needs no Python of its platform. bindings/python/setup.py takes the module as it is.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
PACKAGE = os.path.join(ROOT, "bindings", "python")
OUT = os.path.join(ROOT, "target", "dist", "python")
ZIG = [os.path.join(ROOT, "target", "tools", "zig", "bin", "python"), "-m", "ziglang"]

HIDE_BY_SCRIPT = ["-Wl,--version-script=exports.map", "-Wl,--gc-sections", "-Wl,-s", "-Wl,-z,nodelete"]
LINUX = [*HIDE_BY_SCRIPT, "-lpthread", "-ldl", "-lm", "-lunwind"]
MUSL = [*HIDE_BY_SCRIPT, "-lunwind"]
FRAMEWORKS = ["-F" + os.path.join(ROOT, "packaging", "frameworks"), "-framework", "SystemConfiguration", "-framework", "CoreFoundation"]
MACOS = ["-Wl,-undefined,dynamic_lookup", "-Wl,-dead_strip", "-Wl,-s", *FRAMEWORKS]
WINDOWS = ["-Wl,-s", "-Wl,--no-insert-timestamp", "python3.lib", *("-l" + name for name in ("advapi32", "bcrypt", "iphlpapi", "ntdll", "secur32", "userenv", "ws2_32"))]
# What the library was built with: std's unwinder there is GCC's, which zig has not.
MINGW = ["x86_64-w64-mingw32-gcc", "-static-libgcc"]

# Zig's target, the wheel's platform, the module's file, what it is linked with.
PLATFORMS = {
    "linux-x86_64": ("x86_64-linux-gnu.2.17", "manylinux2014_x86_64", "_tgsession.abi3.so", LINUX),
    "linux-aarch64": ("aarch64-linux-gnu.2.17", "manylinux2014_aarch64", "_tgsession.abi3.so", LINUX),
    "linux-x86_64-musl": ("x86_64-linux-musl", "musllinux_1_2_x86_64", "_tgsession.abi3.so", MUSL),
    "linux-aarch64-musl": ("aarch64-linux-musl", "musllinux_1_2_aarch64", "_tgsession.abi3.so", MUSL),
    "windows-x86_64": ("x86_64-windows-gnu", "win_amd64", "_tgsession.pyd", WINDOWS),
    "macos-aarch64": ("aarch64-macos.11.0", "macosx_11_0_arm64", "_tgsession.abi3.so", MACOS),
    "macos-x86_64": ("x86_64-macos.11.0", "macosx_11_0_x86_64", "_tgsession.abi3.so", MACOS),
}


def run(command, **options):
    subprocess.run(command, check=True, **options)


def staged(platform):
    version = run_for_text([os.path.join(ROOT, "packaging", "version")], ROOT).strip()
    return os.path.join(ROOT, "target", "dist", "stage", platform + "-full", f"tgsession-{version}-{platform}-full")


def python_headers(folder):
    """Python's headers without the configuration of this machine's Python."""
    headers = os.path.join(folder, "python")
    shutil.copytree(sysconfig.get_path("include"), headers)
    shutil.copy(os.path.join(HERE, "pyconfig.h"), headers)
    return headers


def windows_import_library(folder, target):
    """python3.lib: what the module asks of the stable ABI, which is python3.dll's."""
    nm = run_for_text([shutil.which("llvm-nm") or "x86_64-w64-mingw32-nm", "--undefined-only", "module.o"], folder)
    names = {re.sub("^__imp_", "", name) for name in re.findall(r"\bU (\S+)", nm)}
    names = sorted(name for name in names if re.match("_?Py", name))
    with open(os.path.join(folder, "python3.def"), "w") as file:
        file.write("LIBRARY python3.dll\nEXPORTS\n" + "".join(f"  {name}\n" for name in names))
    run([*ZIG, "dlltool", "-d", "python3.def", "-l", "python3.lib", "-m", "i386:x86-64", "-D", "python3.dll"], cwd=folder)


def run_for_text(command, folder):
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def compile_module(platform, folder):
    """The extension module of a platform, as a file in the folder."""
    target, _, module, link = PLATFORMS[platform]
    stage = staged(platform)
    os.environ["TGSESSION_INCLUDE_DIR"] = os.path.join(stage, "include")
    sys.path.insert(0, PACKAGE)
    import build_native

    build_native.builder.emit_c_code(os.path.join(folder, "module.c"))
    with open(os.path.join(folder, "exports.map"), "w") as file:
        file.write("{ global: PyInit__tgsession; local: *; };\n")
    cc = [*ZIG, "cc", "-target", target]
    includes = ["-I", os.path.join(stage, "include"), "-I", python_headers(folder)]
    # cffi's own way to the stable ABI, which it takes by itself on Linux only.
    defines = ["-DPy_LIMITED_API=0x03090000", "-DTGS_STATIC", "-DNDEBUG"]
    run([*cc, "-O2", "-fPIC", "-fvisibility=hidden", *defines, *includes, "-c", "module.c", "-o", "module.o"], cwd=folder)
    if platform.startswith("windows"):
        windows_import_library(folder, target)
    library = os.path.join(stage, "lib", "libtgsession.a")
    linker = MINGW if platform.startswith("windows") else cc
    run([*linker, "-shared", "-o", module, "module.o", library, *link], cwd=folder)
    return os.path.join(folder, module)


def build(platform):
    with tempfile.TemporaryDirectory() as folder:
        module = compile_module(platform, folder)
        source = os.path.join(folder, "source")
        shutil.copytree(PACKAGE, source)
        licences = os.path.join(staged(platform), "share", "licenses", "tgsession", "THIRD-PARTY")
        shutil.copy(licences, os.path.join(source, "LICENSE-THIRD-PARTY"))
        environment = {**os.environ, "TGSESSION_MODULE": module, "TGSESSION_WHEEL_PLATFORM": PLATFORMS[platform][1]}
        run(
            [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", OUT, source],
            env=environment,
        )


def main(platforms):
    os.environ.setdefault("SOURCE_DATE_EPOCH", run_for_text(["git", "log", "-1", "--format=%ct"], ROOT).strip())
    os.makedirs(OUT, exist_ok=True)
    for platform in platforms:
        build(platform)


if __name__ == "__main__":
    main(sys.argv[1:])
