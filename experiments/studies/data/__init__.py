"""Data: which images are used, how often each class occurs, and how good the stand-in is.

The renderer of house numbers is measured by a reader: a classifier that learns from
rendered crops alone and is then tested on real ones. It is good if the reader reads most
real crops, and if rendered crops are about as hard as real ones, hard but readable.
"""

from experiments.profile import Profile
from experiments.studies.needs import Needs, ReaderNeed
from experiments.support.layout import Layout

SVHN, RENDERED = "svhn", "svhn-rendered"

READER = ReaderNeed(source="rendered")
"""It has seen rendered crops only."""


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    """No run; the reader where there are real crops to test it on. Of the stand-in itself the
    judge of labels is a reader that learnt from rendered crops alone."""
    readers = (READER,) if dataset == SVHN else ()
    return Needs(readers=readers, readings=False, judges=dataset == RENDERED)
