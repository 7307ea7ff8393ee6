"""The table of counts, seeds and metrics: what measuring and drawing both read from it."""

import pandas as pd

from experiments.evaluation import registry


def medians(table: pd.DataFrame) -> pd.DataFrame:
    """One row per count: the median over the seeds of every number."""
    return table.drop(columns="seed").groupby("components").median()


def rises(metric: str) -> bool:
    """Whether more of a metric is better."""
    return registry.metric(metric).direction == "higher"
