"""Ink: do models spend as much of it as the people who wrote the digits?"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, every_run
from experiments.support.layout import Layout


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    return every_run(profile, readings=False)
