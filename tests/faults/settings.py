"""Settings of models and judges: in a profile, and after `--set`."""

from faults.arena import Case, Place
from faults.profiles import changed

NUMBERS = {
    "width": ("0", "-4", "1.5"), "images": ("0", "-1", "2.5"), "batch_size": ("1", "0", "0.5"),
    "learning_rate": ("0", "-1", "2"), "train_size": ("0", "-5", "1.5"), "r1": ("-1", "-.5"),
}  # fmt: skip
"""Settings of the cgan, each with numbers that are out of its range."""
NO_NUMBERS = {
    "true": "True", ".inf": "inf", "-.inf": "-inf", ".nan": "nan", "many": "'many'",
    "'\"4\"'": "'4'", "1e999": "inf",
}  # fmt: skip
"""What is no number, and how the sentence repeats it."""

SIZES = ("will not do", "train_size", "training images there are")


def offline(place: Place) -> None:
    """Whoever asks for data now has asked too early."""
    from experiments.data import download

    def asked(_: object) -> set[str]:
        raise AssertionError("data was fetched before the settings were checked")

    place.patch.setattr(download, "reachable", asked)


def offline_with(**changes: object):
    def arrange(place: Place) -> None:
        place.change_profile(**changes)
        offline(place)

    return arrange


JUDGE = {
    "width": (0, True, "wide", float("inf")), "label_width": (1.5,), "images": (0, 1.5),
    "batch_size": (0, "8"), "learning_rate": (0, float("nan")), "weight_decay": (-1,),
    "label_smoothing": (1,), "shift": (-1,), "turn": ("far",), "zoom": (1,), "colour": (2,),
    "invert": (-0.1,), "cutout": (33,),
}  # fmt: skip
"""Settings of the judges with values that will not do."""

CASES = [
    *(Case(f"setting: {name}={value}", f"train mnist cgan --set {name}={value}", (name,),
           start="data") for name, values in NUMBERS.items() for value in values),
    *(Case(f"setting: {name}={value}", f"train mnist cgan --set {name}={value}",
           (f"{name} = {told}",) if '"' not in value else (name, "will not do"), start="data")
      for name in NUMBERS for value, told in NO_NUMBERS.items()),
    *(Case(f"judge: {name}={value!r}", "judge mnist", (f"{name} = {value!r}", "will not do"),
           changed(judge={name: value}), start="data")
      for name, values in JUDGE.items() for value in values),
    # The order: what can be checked is checked before any data is fetched.
    Case("order: a judge that will not do", "pipeline --data real", ("judge", "width = 0"),
         offline_with(judge={"width": 0})),
    Case("order: a judge before its data", "judge mnist", ("judge", "width = 0"),
         changed(judge={"width": 0})),
    Case("order: a judge on one dataset", "pipeline --data real", ("judge", "shift = -1"),
         offline_with(judge={"mnist": {"shift": -1}})),
    Case("order: a model that will not do", "pipeline --data real", ("cgan", "width = 0"),
         offline_with(models={"cgan": {"width": 0}})),
    Case("order: a model that is not there", "pipeline --data real", ("did you mean 'cgan'?",),
         offline_with(models={"cgn": {}})),
    Case("order: a study that is not there", "pipeline --data real", ("did you mean 'samples'?",),
         offline_with(studies=["sample"])),
    # Sections.
    Case("section: a mistyped dataset", "pipeline", ("cgan", "'minst'", "did you mean 'mnist'?"),
         changed(models={"cgan": {"minst": {"width": 8}}})),
    Case("section: a mistyped dataset of the judge", "judge mnist",
         ("judge", "'shvn'", "did you mean 'svhn'?"), changed(judge={"shvn": {"width": 8}})),
    Case("section: a setting that is a map", "pipeline", ("cgan", "'images'"),
         changed(models={"cgan": {"images": {"a": 1}}})),
    Case("section: a setting of the judge that is a map", "judge mnist", ("judge", "'images'"),
         changed(judge={"images": {"a": 1}})),
    Case("section: sections in a section", "train mnist cgan", ("svhn",),
         changed(models={"cgan": {"mnist": {"svhn": {"width": 8}}}}), start="data"),
    Case("section: an unknown key in one", "train mnist cgan", ("did you mean 'width'?",),
         changed(models={"cgan": {"mnist": {"widht": 8}}}), start="data"),
    Case("section: an unknown key of the judge", "judge mnist", ("did you mean 'width'?",),
         changed(judge={"mnist": {"widht": 8}}), start="data"),
    Case("section: a value in one", "train mnist cgan", ("width = True",),
         changed(models={"cgan": {"mnist": {"width": True}}}), start="data"),
    # Other models.
    Case("setting: beta=.inf", "train mnist vae --set beta=.inf", ("beta = inf",), start="data"),
    Case("setting: beta=true", "train mnist vae --set beta=true", ("beta = True",), start="data"),
    Case("setting: an unknown likelihood", "train mnist vae --set likelihood=poisson",
         ("likelihood = 'poisson'",), start="data"),
    Case("setting: an unknown augmentation", "train mnist cgan",
         ("augment", "will not do"), changed(models={"cgan": {"augment": ["turn"]}}), start="data"),
    Case("setting: an augmentation as text", "train mnist cgan --set augment=translate",
         ("augment = 'translate'",), start="data"),
    Case("setting: more components than pixels", "train mnist ppca --set components=1024",
         ("components = 1024 is more than",), start="data"),
    Case("setting: components=true", "train mnist ppca --set components=true",
         ("components = True",), start="data"),
    Case("setting: components of infinity", "train mnist ppca --set components=.inf",
         ("components = inf",), start="data"),
    Case("setting: a closed form is not trained", "train mnist ppca --set images=5",
         ("images",), start="data"),
    Case("setting: more images than there are", "train mnist cgan --set train_size=100000",
         ("train_size = 100000 is more than",), start="data"),
    Case("setting: a batch of more than there are", "train mnist cgan --set batch_size=100000",
         ("batch_size = 100000 is more than",), start="data"),
    Case("setting: a batch of more than the part", "train mnist cgan --set train_size=10",
         ("batch_size = 20 is more than",), start="data"),
    Case("setting: nearly one", "train mnist cgan --set widht=3", ("did you mean 'width'?",),
         start="data"),
    Case("setting: of another model", "train mnist cgan --set beta=1", ("'beta'",), start="data"),
    # How `--set` is written.
    Case("--set: no value", "train mnist cgan --set width", ("NAME=VALUE",), start="data"),
    Case("--set: no name", "train mnist cgan --set =3", ("NAME=VALUE",), start="data"),
    Case("--set: nothing", "train mnist cgan --set ''", ("NAME=VALUE",), start="data"),
    Case("--set: an empty value", "train mnist cgan --set width=", ("width = None",), start="data"),
    Case("--set: twice", "train mnist cgan --set width=4 --set width=8", ("width twice",),
         start="data"),
    Case("--set: a name with a space", "train mnist cgan --set 'wid th=3'",
         ("will not do as a name",), start="data"),
    Case("--set: a name that climbs", "train mnist cgan --set ../x=1",
         ("will not do as a name",), start="data"),
    Case("--set: a value that climbs", "train mnist cgan --set width=../../../x",
         ("names the folder",), start="data"),
    Case("--set: two words", "train mnist cgan --set 'width=a b'", ("names the folder",),
         start="data"),
    Case("--set: a list", "train mnist cgan --set width=[1,2]", ("names the folder",),
         start="data"),
    Case("--set: a map", "train mnist cgan --set 'mnist={width: 4}'", ("names the folder",),
         start="data"),
    Case("--set: an open brace", "train mnist cgan --set width={", ("neither a number",),
         start="data"),
    Case("--set: an anchor", "train mnist cgan --set 'width=*a'", ("neither a number",),
         start="data"),
    Case("--set: 10,000 brackets", f"train mnist cgan --set width={'[' * 10_000}",
         ("neither a number",), start="data"),
    Case("--set: 10,000 letters", f"train mnist cgan --set width={'x' * 10_000}",
         ("names the folder",), start="data"),
    Case("--set: HTML", "train mnist cgan --set 'width=<b>'", ("names the folder",), start="data"),
]  # fmt: skip
