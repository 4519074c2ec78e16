"""run.py PROGRAM LIBRARY [--write]: counts the instructions of each operation in the library, and compares them with counts.txt.

A count does not depend on what else the machine does, so a change that makes an operation slower is seen on a busy one too. Only
the library's own instructions count (SQLite is a part of it): those of the C library depend on the processor. Other compilers make
other instructions: beside those that the table was made with, only a gross change is one.
"""

import pathlib
import platform
import re
import subprocess
import sys
import tempfile

TOLERANCE = 0.05
TOLERANCE_ELSEWHERE = 0.5
COMPILERS = "# Compilers: "
TABLE = pathlib.Path(__file__).parent / "counts.txt"


def instructions(output: str, library: str) -> int:
    """What functions of the library took themselves, by a file of callgrind's."""
    names: dict[str, str] = {}
    total, is_ours, is_call = 0, False, False
    for line in output.splitlines():
        if match := re.match(r"ob=\((\d+)\)(?: (.*))?", line):
            number, name = match.groups()
            if name:
                names[number] = name
            is_ours = names[number].endswith(library)
        elif match := re.match(r"cob=\((\d+)\) (.*)", line):
            names[match[1]] = match[2]
        elif line.startswith("calls="):
            is_call = True  # the next line is what the called function took
        elif re.match(r"[+\-*0-9]", line):
            if is_ours and not is_call:
                total += int(line.split()[1])
            is_call = False
    return total


def measured(program: str, library: str, operation: str, times: int) -> int:
    """The instructions of one such operation."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "callgrind.out"
        options = ["--tool=callgrind", "--collect-atstart=no", f"--callgrind-out-file={file}", "--quiet"]
        subprocess.run(["valgrind", *options, program, folder, operation, str(times)], check=True)
        return instructions(file.read_text(), pathlib.Path(library).name) // times


def compilers() -> str:
    """What the library is compiled with."""
    of_c = subprocess.run(["cc", "-dumpversion"], check=True, capture_output=True, text=True).stdout.split(".")[0]
    of_rust = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    return f"{platform.machine()}, cc {of_c.strip()}, rustc {of_rust}"


def main() -> int:
    """Prints a line for each operation."""
    program, library = sys.argv[1:3]
    rows = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    heading = [line for line in TABLE.read_text().splitlines() if line.startswith("#") and not line.startswith(COMPILERS)]
    here = COMPILERS + compilers()
    tolerance = TOLERANCE if here in TABLE.read_text().splitlines() else TOLERANCE_ELSEWHERE
    counts = {(name, int(times)): measured(program, library, name, int(times)) for name, times, _ in rows}
    if "--write" in sys.argv:
        lines = [f"{name:24} {times:>6} {count:>12}" for (name, times), count in counts.items()]
        TABLE.write_text("\n".join([here, *heading, *lines]) + "\n")
        return 0
    bad = 0
    for name, times, kept in rows:
        count = counts[name, int(times)]
        ratio = count / int(kept)
        is_off = abs(ratio - 1) > tolerance
        bad += is_off
        print(f"{name:24} {count:>12} of {kept:>12}  {ratio:5.2f}{f'  <- not within {tolerance:.0%}' if is_off else ''}")
    if bad:
        print("a better count, or a worse one that is meant, goes into the table: make instructions", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
