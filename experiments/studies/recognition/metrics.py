"""What is said of the judge itself."""

from experiments.evaluation.metric import Metric

JUDGE_ACCURACY = Metric(
    "judge_accuracy",
    unit="fraction",
    direction="higher",
    study="recognition",
    label="Judge’s accuracy on real test images",
    form="share",
)
