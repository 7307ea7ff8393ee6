"""Whatever a person can get wrong: one sentence, exit code 2, nothing half-written."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command import ROOT, TINY, finish, run, start, write_profile


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def complain(*arguments: object) -> str:
    outcome = run(*arguments)
    assert outcome.code == 2, outcome
    return outcome.sentence


@pytest.fixture
def tiny(tmp_path: Path) -> list[object]:
    """Options of a tiny profile with its data in place."""
    options = ["--profile", write_profile(tmp_path), "--runs", tmp_path / "runs"]
    assert run("data", "mnist", "--data", "embedded", *options).code == 0
    return options


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("trian", "mnist", "cgan"), "'train'"),
        (("train", "mnist", "cgn"), "did you mean 'cgan'?"),
        (("train", "mnist", "cgan", "--profile", "papr"), "did you mean 'paper'?"),
        (("train", "mnist", "cgan", "--device", "cudda"), "did you mean 'cuda'?"),
        (("train", "mnist", "cgan", "--sed", "1"), "--seed"),
        (("study", "fidelty", "mnist"), "did you mean 'fidelity'?"),
        (("pipeline", "--models", "cgan,vea", "--dry-run"), "did you mean 'vae'?"),
        (("data", "mnst", "--data", "real"), "did you mean 'mnist'?"),
        (("train", "mnist", "cgan", "--set", "widht=3", "--dry-run"), "did you mean 'width'?"),
    ],
)
def test_the_nearest_name_is_told(words: tuple[str, ...], nearest: str, tmp_path: Path) -> None:
    runs = [] if words[0] == "trian" else ["--runs", tmp_path / "runs"]
    if words[0] == "train" and "--dry-run" not in words:
        write_data(tmp_path / "runs" / "quick")
    assert nearest in complain(*words, *runs)


def write_data(home: Path) -> None:
    from experiments.support.files import write_json

    write_json(home / "mnist" / "data.json", {"sha256": "0"})


def test_an_unknown_dataset_among_known_ones(tiny: list[object]) -> None:
    assert "did you mean 'mnist'?" in complain("train", "mnits", "cgan", *tiny)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"seeds": ["zero"]}, "seeds.0 = 'zero'"),
        ({"seeds": [-1]}, "seeds.0 = -1"),
        ({"seeds": []}, "seeds"),
        ({"sedes": [1]}, "did you mean 'seeds'?"),
        ({"data": {"train_limit": 0}}, "data.train_limit = 0"),
        ({"data": {"train_limt": 5}}, "did you mean 'train_limit'?"),
        ({"evaluation": {"samples": "many"}}, "evaluation.samples = 'many'"),
        ({"studies": ["fidelty"]}, "did you mean 'fidelity'?"),
        ({"models": {"cgn": {}}}, "did you mean 'cgan'?"),
        ({"models": {"cgan": {"width": -4}}}, "width = -4"),
        ({"models": {"cgan": {"width": "wide"}}}, "width = 'wide'"),
        ({"models": {"cgan": {"widht": 4}}}, "did you mean 'width'?"),
        ({"models": {"cgan": {"mnist": {"widht": 4}}}}, "did you mean 'width'?"),
        ({"judge": {"images": 1.5}}, "images = 1.5"),
        ({"judge": {"image": 5}}, "did you mean 'images'?"),
    ],
)
def test_a_wrong_profile_stops_before_any_work(
    changes: dict[str, Any], told: str, tmp_path: Path
) -> None:
    """The pipeline checks every setting of every model before it starts a step."""
    path = write_profile(tmp_path, **changes)
    sentence = complain(
        "pipeline", "--profile", path, "--runs", tmp_path / "runs", "--data", "embedded",
        "--assets", tmp_path / "assets",
    )  # fmt: skip
    assert told in sentence
    assert not (tmp_path / "assets").exists()
    assert not list((tmp_path / "runs").glob("**/run.json"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seeds: [0", "not valid YAML"),
        ("- a\n- b\n", "holds no settings"),
        ("", "holds no settings"),
    ],
)
def test_a_profile_that_is_none(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    assert told in complain("pipeline", "--profile", path, "--dry-run")
    path.unlink()
    assert "There is no profile" in complain("pipeline", "--profile", path, "--dry-run")


def test_options_of_the_wrong_type() -> None:
    assert "--seed" in complain("train", "mnist", "cgan", "--seed", "one")
    assert "--seed" in complain("train", "mnist", "cgan", "--seed", "-1")
    assert "--jobs" in complain("pipeline", "--jobs", "all")
    assert "--data" in complain("pipeline", "--data", "fake")
    assert "NAME=VALUE" in complain("train", "mnist", "cgan", "--set", "width", "--dry-run")


def test_no_network_and_real_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.data import download

    monkeypatch.setattr(download, "reachable", lambda urls: set())
    sentence = complain("data", "mnist", "svhn", "--data", "real", "--runs", tmp_path / "runs")
    assert "DATA=real" in sentence and "DATA_ROOT" in sentence
    assert files(tmp_path) == set()


def test_a_data_root_without_the_files(tmp_path: Path) -> None:
    sentence = complain("data", "mnist", "--data-root", tmp_path, "--runs", tmp_path / "runs")
    assert str(tmp_path) in sentence
    assert files(tmp_path) == set()


def test_an_npz_with_one_class(tmp_path: Path) -> None:
    images, labels = np.zeros((20, 8, 8), np.uint8), np.zeros(20, int)
    np.savez(tmp_path / "dull.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    sentence = complain("data", "dull", "--data-root", tmp_path, "--runs", tmp_path / "runs")
    assert "one class" in sentence
    assert not list((tmp_path / "runs").rglob("*.npz"))


def test_a_step_before_its_data(tmp_path: Path) -> None:
    for words in (("judge", "mnist"), ("train", "mnist", "cgan"), ("study", "samples", "mnist")):
        sentence = complain(*words, "--runs", tmp_path / "runs")
        assert "python -m experiments data mnist --profile quick" in sentence
        assert files(tmp_path) == set()


def test_a_study_before_its_runs(tiny: list[object]) -> None:
    assert "is missing" in complain("study", "samples", "mnist", *tiny)


def test_collecting_before_the_studies(tiny: list[object], tmp_path: Path) -> None:
    assert "not finished" in complain("collect", *tiny, "--assets", tmp_path / "assets")
    assert not (tmp_path / "assets").exists()
    assert not list(tmp_path.glob(".assets*"))


def test_sampling_what_is_not_there(tiny: list[object], tmp_path: Path) -> None:
    words = ["sample", "mnist", "cgan", "--out", tmp_path / "a.npz", "--assets", tmp_path / "none"]
    assert "no finished run" in complain(*words, *tiny)
    assert "no pretrained models" in complain(*words, "--pretrained", *tiny)
    assert not (tmp_path / "a.npz").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file stands where the folder should be: true for root as well."""
    blocked = tmp_path / "runs"
    blocked.write_text("a file")
    sentence = complain("data", "mnist", "--data", "embedded", "--runs", blocked)
    assert str(blocked) in sentence
    sentence = complain("pipeline", "--data", "embedded", "--runs", blocked)
    assert str(blocked) in sentence
    assert blocked.read_text() == "a file"


def test_a_full_disk_in_mid_run(tiny: list[object], tmp_path: Path) -> None:
    """No file may grow beyond 200 KB, as on a disk that is nearly full: the checkpoint and the
    weights do not fit. What was there stays, and the same command ends well afterwards."""
    before = files(tmp_path / "runs")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    words = ["train", "mnist", "cgan", "--set", "width=16", *tiny]
    outcome = finish(start(*words, code=limit))
    assert outcome.code == 2, outcome.err
    assert "The disk is full" in outcome.sentence
    left = {path for path in files(tmp_path / "runs") - before if path.stat().st_size}
    assert not [path for path in left if path.name.startswith(".")], "a half-written file is left"
    assert not [path for path in left if path.name == "run.json"]
    assert run(*words).code == 0


def test_a_checkpoint_cut_short(tiny: list[object], tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "tiny" / "mnist" / "cgan" / "default" / "seed-0"
    folder.mkdir(parents=True)
    (folder / "checkpoint.pt").write_bytes(b"PK\x03\x04 half a file")
    sentence = complain("train", "mnist", "cgan", *tiny)
    assert "checkpoint.pt is damaged or cut short" in sentence
    assert not (folder / "run.json").exists()


def test_settings_that_do_not_fit_the_data(tiny: list[object]) -> None:
    words = ["train", "mnist", "cgan", "--set", "train_size=100000", *tiny]
    assert "train_size" in complain(*words)


def test_more_components_than_the_data_allow(tiny: list[object]) -> None:
    """A digit has about 20 images of 1,024 pixels here."""
    words = ["train", "mnist", "ppca", *tiny, "--set"]
    for components in (30, 1024, 10**12):
        sentence = complain(*words, f"components={components}")
        assert f"components = {components} is more than" in sentence
        assert not list(Path(str(tiny[3])).rglob("run.json"))
    assert run(*words, "components=4").code == 0


@pytest.mark.parametrize("model", ["vae", "dcgan"])
def test_a_digit_asked_of_an_unconditional_model(model: str, tmp_path: Path) -> None:
    words = ["sample", "mnist", model, "--digit", 7, "--out", tmp_path / "7.npz", "--pretrained"]
    assert f"{model} is unconditional" in complain(*words, "--assets", ROOT / "assets")
    assert list(tmp_path.iterdir()) == []


def test_the_profile_of_the_tests_is_good(tmp_path: Path) -> None:
    """Else the complaints above could come from something else."""
    outcome = run("pipeline", "--profile", write_profile(tmp_path), "--dry-run")
    assert outcome.code == 0, outcome.err
    assert TINY["datasets"] == ["mnist"]
