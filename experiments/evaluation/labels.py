"""What the label judge reads, and how that agrees with the labels asked for."""

import numpy as np

from experiments.evaluation.metric import Metric

CLASS_ACCURACY = Metric(
    "class_accuracy",
    unit="fraction",
    direction="higher",
    study="recognition",
    label="Read as the digit asked for",
    brief="Read as asked",
    form="share",
    leads="the {a}’s digits are read as what was asked for more often than the {b}’s",
    alike="the {a}’s and the {b}’s digits are read as what was asked for about equally often",
)
ACCURACY = Metric("accuracy", unit="fraction", direction="higher", label="Accuracy", form="share")
PRECISION = Metric(
    "precision",
    unit="fraction",
    direction="higher",
    label="Precision",
    form="share",
)
RECALL = Metric("recall", unit="fraction", direction="higher", label="Recall", form="share")
F1 = Metric("f1", unit="fraction", direction="higher", label="F1", form="share")
SHARE = Metric("share", unit="fraction", direction="real", label="Share", form="share")
INCEPTION_SCORE = Metric(
    "inception_score",
    unit="classes",
    direction="higher",
    study="fidelity",
    label="Inception score",
    form="decimals",
    leads="the {a}’s images score higher than the {b}’s",
    alike="the {a}’s and the {b}’s images score about the same",
)


def class_accuracy(read: np.ndarray, asked: np.ndarray) -> float:
    """Mean of the per-digit accuracies of ``read`` digits [N] against ``asked`` [N].

    A plain accuracy would weigh ones, of which SVHN has three times as many, three times.
    """
    return float(np.mean(list(accuracies(read, asked).values())))


def accuracies(read: np.ndarray, asked: np.ndarray) -> dict[int, float]:
    """Share read as asked, for each digit that was asked for."""
    return {int(k): float((read[asked == k] == k).mean()) for k in np.unique(asked)}


def report(read: np.ndarray, asked: np.ndarray, classes: int) -> dict[int, dict[str, float]]:
    """``{digit: {precision, recall, f1, n}}``; a digit that is never read has precision 0."""
    from sklearn.metrics import precision_recall_fscore_support

    columns = precision_recall_fscore_support(
        asked, read, labels=np.arange(classes), zero_division=0
    )
    names = ("precision", "recall", "f1", "n")
    return {
        k: {name: float(column[k]) for name, column in zip(names, columns, strict=True)}
        for k in range(classes)
    }


def confusion(read: np.ndarray, asked: np.ndarray, classes: int) -> np.ndarray:
    """Counts int64 [asked, read]."""
    cells = np.bincount(asked * classes + read, minlength=classes**2)
    return cells.reshape(classes, classes)


def class_balance(read: np.ndarray, classes: int) -> np.ndarray:
    """Share [K] of the images read as each digit: a digit near 0 is a lost mode."""
    return np.bincount(read, minlength=classes) / len(read)


def inception_score(probabilities: np.ndarray) -> float:
    """``exp E KL(p(y|x) || p(y))`` of probabilities [N, K] (Salimans et al., 2016).

    From 1 to K; the judge of digits stands in for the Inception network.
    """
    p = np.clip(np.asarray(probabilities, np.float64), 1e-12, None)
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean()))
