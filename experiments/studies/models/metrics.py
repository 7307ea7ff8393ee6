"""What is read off a model's networks."""

from experiments.evaluation.metric import Metric

PARAMETERS = Metric(
    "parameters",
    unit="weights",
    direction="lower",
    study="models",
    label="Parameters in all",
    brief="Parameters",
    form="count",
    leads="the {a} has fewer parameters than the {b}",
    alike="the {a} and the {b} have about as many parameters",
)
