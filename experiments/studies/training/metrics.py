"""What is read off a training run."""

from experiments.evaluation.metric import Metric

TRAINING_SECONDS = Metric(
    "training_seconds",
    unit="s",
    direction="lower",
    study="training",
    label="Training time",
    form="seconds",
    leads="the {a}’s training takes less time than the {b}’s",
    alike="the {a}’s and the {b}’s training take about the same time",
    log=True,
)
TRAINING_IMAGES = Metric(
    "training_images",
    unit="images",
    direction="lower",
    study="training",
    label="Images seen in training",
    brief="Images seen",
    form="count",
)
IMAGES_PER_SECOND = Metric(
    "images_per_second",
    unit="images/s",
    direction="higher",
    study="training",
    label="Training speed",
    brief="Images a second",
    form="rate",
    leads="the {a} trains on more images a second than the {b}",
    alike="the {a} and the {b} train on about as many images a second",
    log=True,
)
SECONDS_TO_93 = Metric(
    "seconds_to_class_accuracy_0.93",
    unit="s",
    direction="lower",
    study="training",
    label="Time to 93\u202f% class accuracy",
    brief="Time to 93\u202f%",
    form="seconds",
    leads="the {a} reaches 93\u202f% class accuracy sooner than the {b}",
    alike="the {a} and the {b} reach 93\u202f% class accuracy after about the same time",
    log=True,
)
SECONDS_TO_97_6 = Metric(
    "seconds_to_class_accuracy_0.976",
    unit="s",
    direction="lower",
    study="training",
    label="Time to 97.6\u202f% class accuracy",
    brief="Time to 97.6\u202f%",
    form="seconds",
    leads="the {a} reaches 97.6\u202f% class accuracy sooner than the {b}",
    alike="the {a} and the {b} reach 97.6\u202f% class accuracy after about the same time",
    log=True,
)
FAILED = Metric(
    "failed",
    unit="flag",
    direction="lower",
    study="training",
    label="Failed",
    form="count",
)
