"""What is read off the ink of a run."""

from experiments.evaluation.metric import Metric

BLANK = Metric(
    "blank",
    unit="fraction",
    direction="lower",
    study="ink",
    label="Images left blank",
    brief="Left blank",
    form="share",
)
