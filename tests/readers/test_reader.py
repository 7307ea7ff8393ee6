"""A reader on disk: its numbers and predictions, or one sentence."""

import numpy as np
import pytest

from experiments.readers.reader import Reader
from experiments.support.errors import UserError
from experiments.support.receipts import write_receipt


def test_a_reader_tells_how_well_and_what_it_read(tmp_path):
    read = np.array([3, 1, 4], np.uint8)
    np.savez(tmp_path / "predictions.npz", svhn=read)
    about = {"accuracy": {"svhn": 0.5}, "n": {"svhn": 3}}
    write_receipt(tmp_path / "reader.json", {}, [tmp_path / "predictions.npz"], about)
    reader = Reader.read(tmp_path)
    assert reader.accuracy == {"svhn": 0.5} and reader.n == {"svhn": 3}
    found = reader.predictions("svhn")
    assert found.dtype == np.int64 and found.tolist() == [3, 1, 4]
    with pytest.raises(UserError, match="lacks mnist"):
        reader.predictions("mnist")


def test_an_unfinished_reader_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="no finished reader"):
        Reader.read(tmp_path)
    (tmp_path / "reader.json").write_text('{"key": {}, "files": {}}')
    with pytest.raises(UserError, match="is missing"):
        Reader.read(tmp_path).predictions("svhn")
    (tmp_path / "predictions.npz").write_text("no archive")
    with pytest.raises(UserError, match="is damaged"):
        Reader.read(tmp_path).predictions("svhn")
