#!/usr/bin/env python3
"""run.py LIBRARY_DIR [PAGE...]: compiles and runs the snippets of the manual in C, C++, Go, Rust and for the shell, and those of the READMEs
that it includes in C, C++ and Go, against the library and the command line of that folder. Those in Python and JavaScript run in the
suites of these languages.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from snippets import FRAMES, PAGES, ROOT, fences, framed, matches, prepare, snippets

ELSEWHERE = {"python", "js"}
SECONDS = 300
# Files that are compiled elsewhere, which READMEs show whole; and READMEs whose servers their own suite has: make test-redis.
WHOLE = [ROOT / "bindings" / "c" / "quickstart.c", ROOT / "bindings" / "cpp" / "convert.cpp"]
WITH_SERVERS = "examples/redis/"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


class Failure(Exception):
    pass


def call(command, folder, **environment):
    """What a command prints, on both outputs, and its status. It sees nothing of the user's home."""
    run = subprocess.run(command, cwd=folder, env={**os.environ, "RUST_BACKTRACE": "0", **environment}, timeout=SECONDS,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return run.stdout, run.returncode


def compiled(command, folder, **environment):
    printed, status = call([str(word) for word in command], folder, **environment)
    if status:
        raise Failure(printed)


def link_flags(library):
    return [f"-L{library}", "-ltgsession", f"-Wl,-rpath,{library}"]


def compile_c(code, folder, library):
    (folder / "snippet.c").write_text(code)
    compiled([os.environ.get("CC", "cc"), "-std=c99", *WARNINGS, f"-I{ROOT}/include", "snippet.c", *link_flags(library),
              "-o", "snippet"], folder)


def compile_cpp(code, folder, library):
    (folder / "snippet.cpp").write_text(code)
    compiled([os.environ.get("CXX", "c++"), "-std=c++17", *WARNINGS, f"-I{ROOT}/include", f"-I{ROOT}/bindings/cpp", "snippet.cpp",
              *link_flags(library), "-o", "snippet"], folder)


def compile_rust(code, folder, library):
    """As cargo does it: with the empty libcrypto that build.rs makes, for a machine that has none."""
    (folder / "snippet.rs").write_text(code)
    no_openssl = max(library.glob("build/tgsession-*/out/no-openssl"), key=lambda made: made.stat().st_mtime)
    compiled(["rustc", "--edition", "2024", "-D", "warnings", "--extern", f"tgsession={library}/libtgsession.rlib",
              "-L", f"dependency={library}/deps", "-L", f"native={no_openssl}", "snippet.rs"], folder)


def compile_go(code, folder, library):
    """As a program of the module for gotd, which has all that a snippet may import. Nothing is written there."""
    (folder / "snippet.go").write_text(code)
    module = ROOT / "bindings" / "go" / "gotd"
    overlay = {"Replace": {str(module / "snippet" / "main.go"): str(folder / "snippet.go")}}
    (folder / "overlay.json").write_text(json.dumps(overlay))
    compiled([os.environ.get("GO", "go"), "build", "-overlay", folder / "overlay.json", "-o", folder / "snippet", "./snippet"],
             module, CGO_LDFLAGS=" ".join(link_flags(library)))


COMPILERS = {"c": compile_c, "cpp": compile_cpp, "rust": compile_rust, "go": compile_go}


def run_program(snippet, folder, library):
    here = folder / "here"
    here.mkdir()
    prepare(here)
    COMPILERS[snippet.language](snippet.code, folder, library)
    printed, status = call([str(folder / "snippet")], here)
    if status or (snippet.prints and not matches(snippet.prints, printed)):
        raise Failure(f"it ends with {status} and prints\n{printed}")


def run_console(snippet, folder, library):
    """Each command in turn, with what is shown below it. A command may fail only where its message is shown."""
    prepare(folder)
    commands = re.split(r"^\$ ", snippet.code, flags=re.MULTILINE)
    if commands[0]:
        raise Failure("it does not begin with a command: $ …")
    for command in commands[1:]:
        command, _, shown = re.match(r"((?:.*\\\n)*.*)(\n|$)((?:.|\n)*)", command).groups()
        printed, status = call(["sh", "-c", command], folder, PATH=f"{library}:{os.environ['PATH']}", COLUMNS="200")
        if shown.strip() and not matches(shown, printed):
            raise Failure(f"$ {command}\nprints\n{printed}")
        if status and not re.search(r"^tgsession: |^error ", shown, re.MULTILINE):
            raise Failure(f"$ {command}\nends with {status} and prints\n{printed}")


def outcome(snippet, library):
    """Why a snippet fails, or None."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            if snippet.language == "console":
                run_console(snippet, Path(folder), library)
            elif snippet.language in COMPILERS:
                run_program(snippet, Path(folder), library)
            else:
                raise Failure(f"nothing runs a fence of '{snippet.language}'")
        except (Failure, subprocess.TimeoutExpired) as failure:
            return str(failure)
    return None


def unframed(used):
    """Which fence of a README that the manual includes stands in no frame."""
    included = {path for page in PAGES.rglob("*.md") for path in re.findall(r"\{\{ include (\S+\.md)", page.read_text(encoding="utf-8"))}
    whole = [path.read_text(encoding="utf-8") for path in WHOLE]
    for path in sorted(path for path in included if not path.startswith(WITH_SERVERS)):
        for language in ("c", "cpp", "go"):
            for number, code in enumerate(fences(path, language), 1):
                if code not in whole and (path, number) not in used[language]:
                    yield f"FAILED {path}: its fence {number} of {language} is in no frame of tests/site/frames"


def main(library, *pages):
    found = [snippet for snippet in snippets() if snippet.language not in ELSEWHERE]
    frames = [framed(frame) for frame in sorted(FRAMES.iterdir())]
    left = list(unframed({snippet.language: used for snippet, used in frames}))
    found = [snippet for snippet in [*found, *(snippet for snippet, _ in frames)] if not pages or snippet.page in pages]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = list(pool.map(lambda snippet: outcome(snippet, Path(library).resolve()), found))
    for snippet, failure in zip(found, failures):
        if failure:
            print(f"FAILED {snippet.name}\n{failure}\n")
    print("".join(line + "\n" for line in left), end="")
    failed = sum(failure is not None for failure in failures)
    print(f"snippets: {len(found) - failed} of {len(found)} run")
    return 1 if failed or left or not found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
