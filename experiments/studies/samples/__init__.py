"""Samples: what do the models draw, beside real images, and is any of it copied?

Every picture shows random samples, drawn with a fixed seed; none is chosen by its looks.
Unconditional models were asked for no digit: theirs are sorted by what the judge reads.
"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, every_run
from experiments.support.layout import Layout


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    return every_run(profile)
