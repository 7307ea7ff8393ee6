"""What is counted of a dataset."""

from experiments.evaluation.metric import Metric

IMAGES = Metric("images", unit="images", direction="higher", label="Images", form="count")
