"""The table of all numbers: written and read back, whole or refused."""

from pathlib import Path

import pytest

from experiments import results
from experiments.support.errors import UserError


def test_a_table_comes_back_as_it_was(tmp_path: Path) -> None:
    table = results.Table("samples", "toy")
    table.add("real", "memorisation", 0.05, n=10)
    table.add("cgan", "memorisation", 0.1, n=10, seed=3, run="toy/cgan/default/seed-3")
    table.write(tmp_path / "results.csv")
    read = results.read(tmp_path / "results.csv")
    assert list(read["value"]) == [0.05, 0.1] and list(read["condition"]) == ["", ""]
    assert read["seed"].isna().tolist() == [True, False]


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    """A study that has nothing to say of a run says so by an empty one."""
    results.Table("samples", "toy").write(tmp_path / "results.csv")
    assert results.read(tmp_path / "results.csv").empty


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\x00\x01"])
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.csv").write_text(text)
    with pytest.raises(UserError, match="is no results table, or damaged"):
        results.read(tmp_path / "results.csv")
