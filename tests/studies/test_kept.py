"""What is kept between measuring and drawing comes back as it was."""

import numpy as np
import pandas as pd
import pytest

from experiments.studies.kept import read_kept, write_kept
from experiments.support.errors import UserError


def test_arrays_and_tables_come_back_as_they_were(tmp_path):
    frame = pd.DataFrame(
        {"model": ["NA", "", "None"], "seed": pd.array([0, None, 2], "Int64"), "ok": [True] * 3,
         "value": [1.5, np.nan, 3.0]}
    )  # fmt: skip
    images = np.arange(12, dtype=np.uint8).reshape(3, 4)
    write_kept(tmp_path, {"rows": frame, "images": images})
    kept = read_kept(tmp_path)
    pd.testing.assert_frame_equal(kept["rows"], frame)
    assert kept["images"].dtype == np.uint8 and np.array_equal(kept["images"], images)


def test_a_table_cut_short_is_one_sentence(tmp_path):
    write_kept(tmp_path, {"rows": pd.DataFrame({"seed": [1, 2]})})
    (tmp_path / "rows.csv").write_text("seed\n1\nx\n")
    with pytest.raises(UserError, match="is damaged"):
        read_kept(tmp_path)
