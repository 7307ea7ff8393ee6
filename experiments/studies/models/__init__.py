"""Models: what each is made of, how many weights it has, and a strip of what it draws.

The drawing of an architecture comes from the module, which is watched at work; a model of
one's own is drawn in the same way. Samples are the first of a run's file, which are random.
"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, every_run
from experiments.support.layout import Layout


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    """Every run, with what the judges read in its samples."""
    return every_run(profile)
