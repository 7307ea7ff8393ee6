"""What is counted from the digits that a judge reads."""

import numpy as np
import pytest

from experiments.evaluation import labels


def test_class_accuracy_weighs_classes_alike_however_many_images_they_have():
    asked = np.array([0] * 90 + [1] * 10)
    read = np.where(asked == 1, 0, asked)  # every one is read as a zero
    assert (read == asked).mean() == 0.9
    assert labels.class_accuracy(read, asked) == 0.5


def test_report_and_confusion_have_known_cells():
    asked, read = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 0])
    cells = labels.confusion(read, asked, 4)
    assert cells.tolist() == [[2, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    report = labels.report(read, asked, 4)
    assert report[0] == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3, "n": 3})
    assert report[1] == pytest.approx({"precision": 2 / 3, "recall": 1, "f1": 0.8, "n": 2})
    assert report[2] == report[3] | {"n": 1} == {"precision": 0, "recall": 0, "f1": 0, "n": 1}


def test_class_balance_shows_a_lost_digit():
    assert labels.class_balance(np.array([0, 0, 2, 0]), 3).tolist() == [0.75, 0, 0.25]


@pytest.mark.parametrize("classes", [2, 10])
def test_inception_score_goes_from_one_to_the_number_of_classes(classes):
    sure_and_even = np.tile(np.eye(classes), (30, 1))
    assert labels.inception_score(sure_and_even) == pytest.approx(classes, rel=1e-6)
    assert labels.inception_score(np.full((30, classes), 1 / classes)) == pytest.approx(1)
    assert labels.inception_score(np.tile(np.eye(classes)[:1], (30, 1))) == pytest.approx(1)
