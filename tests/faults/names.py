"""Names that become parts of paths, and names that nobody has."""

from faults.arena import Case

UNSAFE = {
    "climbing": "../x", "absolute": "/etc", "with a slash": "a/b", "with a space": "a b",
    "of HTML": "<b>", "empty": "", "hidden": ".x", "two dots": "..", "long": "x" * 65,
    "very long": "x" * 5000, "not ASCII": "é", "with a new line": "a\nb", "with a dollar": "$HOME",
    "with a semicolon": "a;b",
}  # fmt: skip
COMMANDS = {
    "data": "data '{name}'", "judge": "judge '{name}'", "train": "train '{name}' cgan",
    "model": "train mnist '{name}'", "sample": "sample '{name}' cgan --out {folder}/a.npz",
}  # fmt: skip


def words(command: str, name: str) -> str:
    return command.replace("{name}", name)


CASES = [
    *(Case(f"name: {kind}, {command}", words(text, name),
           ("Unknown model",) if command == "model" else ("will not do as a name",), start="data")
      for kind, name in UNSAFE.items() for command, text in COMMANDS.items()),
    Case("name: study that climbs", "study ../x mnist", ("Unknown study",), start="data"),
    Case("name: dataset of a study", "study samples ../x", ("will not do as a name",),
         start="data"),
    Case("name: of datasets", "pipeline --datasets ../x", ("will not do as a name",)),
    Case("name: of collected datasets", "collect --datasets ../x", ("will not do as a name",),
         start="data"),
    Case("name: of models", "pipeline --models ../x", ("Unknown model",)),
    Case("name: one dataset of two", "pipeline --datasets mnist,<b>", ("will not do as a name",)),
    Case("name: datasets of commas", "pipeline --datasets ,", ("names nothing",)),
    Case("name: models of commas", "pipeline --models ,", ("names nothing",)),
    Case("name: seeds of commas", "pipeline --seeds ,", ("names nothing",)),
    Case("name: an unknown command", "trian mnist cgan", ("'train'",)),
    Case("name: an unknown option", "train mnist cgan --sed 1", ("--seed",)),
    Case("name: an option without its value", "train mnist cgan --seed", ("--seed",)),
    Case("name: nothing to train", "train", ("dataset",)),
    Case("name: no model to train", "train mnist", ("model",)),
    Case("name: a word too many", "judge mnist svhn", ("svhn",)),
    Case("name: an unknown model", "train mnist cgn", ("did you mean 'cgan'?",), start="data"),
    Case("name: the shared networks", "train mnist backbone", ("Unknown model",), start="data"),
    Case("name: a model in capitals", "train mnist CGAN", ("Unknown model",), start="data"),
    Case("name: an unknown dataset", "train mnits cgan", ("did you mean 'mnist'?",), start="data"),
    Case("name: an unknown study", "study sampels mnist", ("did you mean 'samples'?",),
         start="data"),
    Case("name: a study before its runs", "study samples mnist", ("is missing",), start="data"),
    Case("name: a judge before its data", "judge mnist", ("python -m experiments data mnist",)),
    Case("name: a run before its data", "train mnist cgan", ("python -m experiments data mnist",)),
    Case("name: a study before its data", "study samples mnist", ("data mnist",)),
    Case("name: collecting before all", "collect", ("data mnist",)),
    Case("name: collecting before the studies", "collect", ("not finished",), start="data"),
    Case("seed: a word", "train mnist cgan --seed one", ("--seed",), start="data"),
    Case("seed: below nothing", "train mnist cgan --seed -1", ("--seed",), start="data"),
    Case("seed: broken", "train mnist cgan --seed 1.5", ("--seed",), start="data"),
    Case("seed: of 100 bits", f"train mnist cgan --seed {2**100}", ("--seed",), start="data"),
    Case("seeds: a word", "pipeline --seeds a", ("seeds.0 = 'a'",)),
    Case("seeds: below nothing", "pipeline --seeds -1", ("seeds.0 = -1",)),
    Case("seeds: twice", "pipeline --seeds 0,1,0", ("seed 0 is named twice",)),
    Case("seeds: broken", "pipeline --seeds 0,1.5", ("seeds.1 = 1.5",)),
    Case("seeds: true", "pipeline --seeds true", ("seeds.0 = True",)),
    Case("seeds: infinite", "pipeline --seeds .inf", ("seeds.0 = inf",)),
    Case("runs: a path of 5,000 letters", f"data mnist --runs {'x' * 5000}", ("too long",)),
    Case("runs: a part of 300 letters", f"data mnist --runs {{folder}}/{'x' * 300}",
         ("too long",)),
    Case("runs: a file", "data mnist --runs {profile}", ("tiny.yaml",)),
    Case("runs: below a file", "pipeline --runs {profile}/runs", ("tiny.yaml",)),
    Case("runs: of a step, a file", "train mnist cgan --runs {profile}", ("tiny.yaml",)),
]  # fmt: skip
