"""Mutants of the contract die: a seeded dozen here, all in the soak; the README explains what survives."""

import pytest

from tests.contracts.mutation import CONTROL, Verdict, campaign, counted, explained, slice_of
from tests.contracts.mutation_compiler import read_sources
from tests.contracts.mutation_operators import mutants

ENOUGH = 0.95
PARTS = 40


def survivors(verdicts: list[Verdict]) -> set[str]:
    return {
        verdict.mutant.name
        for verdict in verdicts
        if verdict.end == "survived" and verdict.mutant is not None
    }


def test_a_mutant_is_one_change_and_has_a_name_of_its_own() -> None:
    files = read_sources()
    found = mutants(files)
    assert len(found) > 700
    assert len({mutant.name for mutant in found}) == len(found)
    for mutant in found:
        changed = mutant.applied(files)
        assert [name for name in files if files[name] != changed[name]] == [mutant.file]


def test_every_kind_of_mistake_is_made() -> None:
    names = "\n".join(mutant.name for mutant in mutants(read_sources()))
    for change in (
        "`if (refused) {` -> `if (false) {`",
        "`st.feeBalance += fee;` -> `nothing`",
        "`st.feeBalance += fee;` -> `st.feeBalance -= fee;`",
        "`st.save();` -> `nothing`",
        "`| (surplus < 0)` -> `| (surplus <= 0)`",
        "`| (surplus < 0) | terms.paused` -> `| (surplus < 0)`",
        '`const MIN_FEE = ton("0.005")` -> `const MIN_FEE = ton("0.005") - 1`',
        "SEND_MODE_PAY_FEES_SEPARATELY | SEND_MODE_IGNORE_ERRORS",
        "-> `bounce: BounceMode.NoBounce,`",
        "throw error;` -> `nothing`",
    ):
        assert change in names, change


def test_a_dozen_mutants_die_and_the_contract_itself_lives() -> None:
    control, *verdicts = campaign([CONTROL, *slice_of(12, seed=1)])
    assert control.end == "survived", control.by
    assert survivors(verdicts) <= explained()
    assert counted(verdicts)["killed"] >= 8


def test_what_is_explained_is_about_a_mutant_and_is_not_much() -> None:
    names = {mutant.name for mutant in mutants(read_sources())}
    assert explained() <= names
    assert len(explained()) <= (1 - ENOUGH) * len(names)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_all_mutants_die_but_those_that_the_readme_explains(part: int) -> None:
    numbers = range(part, len(mutants(read_sources())), PARTS)
    verdicts = campaign(numbers, workers=1)
    there = {verdict.mutant.name for verdict in verdicts if verdict.mutant is not None}
    assert survivors(verdicts) == explained() & there
