"""The cases that every language replays, and that no function of the header is missing here."""

import re
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "bindings" / "cases"))

from cases.calls import BY_ITSELF, CALLS, World
from reference.replay import Answer, Failed, all_cases, replay

CASES = [pytest.param(case, id=f"{noun}: {case['name']}") for noun, case in all_cases() if case.get("for") != "c"]


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    world = World()
    try:
        replay(case, world.call)
    finally:
        world.close_all()


def test_a_runner_that_answers_wrongly_fails():
    version = {"call": "tgs_version", "result": {"return": "another"}}
    with pytest.raises(Failed, match="step 1, tgs_version"):
        replay({"steps": [version]}, lambda *_: Answer("TGS_OK", {"return": "0.1.0"}))
    with pytest.raises(Failed, match="TGS_ERROR_IO instead of TGS_OK"):
        replay({"steps": [{"call": "tgs_save"}]}, lambda *_: Answer("TGS_ERROR_IO", message="no"))


def test_every_function_of_the_header_is_known_here_and_no_other():
    header = (ROOT / "include" / "tgsession.h").read_text(encoding="utf-8")
    functions = set(re.findall(r"\b(tgs_\w+)\(", re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)))
    known = {*CALLS, *BY_ITSELF}
    assert len(functions) > 50
    assert functions - known == set()
    assert known - functions == set()
