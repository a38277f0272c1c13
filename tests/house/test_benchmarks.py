"""What a benchmark's row becomes in results.json and in the table."""

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks.measure import Row, interleaved

ROW = Row(name="startup", ours=300.0, reference=200.0, unit="ms", against="an empty window")


def test_a_row_becomes_a_ratio_against_a_named_reference() -> None:
    assert benchmarks.result(ROW) == {
        "ours": 300.0,
        "reference": 200.0,
        "ratio": 1.5,
        "unit": "ms",
        "against": "an empty window",
    }
    table = benchmarks.table({ROW.name: benchmarks.result(ROW)})
    assert "| startup | 300.0 ms | 200.0 ms | **1.50** | an empty window |" in table


def test_runs_are_in_turns_the_first_pair_is_not_counted_and_the_median_stays() -> None:
    ours, reference = iter([99.0, 1.0, 3.0, 2.0]), iter([0.0, 10.0, 30.0, 20.0])
    assert interleaved(lambda: next(ours), lambda: next(reference), runs=3) == (2.0, 20.0)


def test_an_unknown_benchmark_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(["speed-of-light"]) == 2
    assert "speed-of-light" in capsys.readouterr().err
