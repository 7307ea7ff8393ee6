"""What more components give, and what they cost."""

from experiments.evaluation.metric import Metric

LOG_LIKELIHOOD = Metric(
    "log_likelihood",
    unit="nats per image",
    direction="higher",
    label="Log-likelihood, nats per image",
    brief="Log-likelihood",
)
FITTING_SECONDS = Metric(
    "fitting_seconds",
    unit="s",
    direction="lower",
    label="Fitting time",
    form="seconds",
    log=True,
)
SAMPLING_SECONDS = Metric(
    "sampling_seconds",
    unit="s per 1,000 images",
    direction="lower",
    label="Sampling time, seconds for 1,000 images",
    brief="Seconds for 1,000",
    log=True,
)
KNEE = Metric(
    "knee",
    unit="components",
    direction="lower",
    label="Components at the knee",
    brief="Knee",
    form="count",
)
