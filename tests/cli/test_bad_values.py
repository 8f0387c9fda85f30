"""Every mistake in a configuration is one line that names key, value and what is allowed; nothing is written."""

import pytest

MAIN, RATE = "schedule.phases.main", "schedule.phases.main.learning_rate"
OPTIMIZER = f"{MAIN}.optimizer"

# The words of a command, and for each line that it should print, what that line must hold.
CASES: dict[str, list[list[str]]] = {
    # out of range
    "loss.smooth_rate=2": [["loss.smooth_rate=2", "finite number of at most 1, or auto"]],
    "loss.smooth_rate=nan": [["loss.smooth_rate=nan", "finite number of at most 1"]],
    "loss.smooth_rate=-inf": [["loss.smooth_rate=-inf", "finite number of at most 1"]],
    "loss.smooth_rate=true": [["loss.smooth_rate=True", "finite number of at most 1, or auto"]],
    "loss=gce loss.q=0": [["loss.q=0.0", "a number in (0, 1]"]],
    "loss=elr loss.beta=1.1": [["loss.beta=1.1", "a number in [0, 1]"]],
    "loss=logit_clip loss.tau=0": [["loss.tau=0.0", "finite number above 0"]],
    "loss=focal loss.gamma=-1": [["loss.gamma=-1.0", "finite number of at least 0"]],
    "loss=sce loss.alpha=0 loss.beta=0": [["loss.beta=0.0", "above 0 where loss.alpha is 0"]],
    "loss.wa=-0.5": [["loss.wa=-0.5", "finite number of at least 0"]],
    "loss.wb=0": [["loss.wb=0.0", "above 0 where loss.wa is 0"]],
    "noise.rate=1.5": [["noise.rate=1.5", "[0, 1)"]],
    "noise.rate=-0.1": [["noise.rate=-0.1", "[0, 1)"]],
    "noise.rate=1": [["noise.rate=1.0", "[0, 1)"]],
    "noise.rate=nan": [["noise.rate=nan", "[0, 1)"]],
    "noise.seed=-1": [["noise.seed=-1", "integer of at least 0"]],
    "seed=-1": [["seed=-1", "integer of at least 0"]],
    "noise.generator=legacy seed=1": [["noise.seed=1", "0 with noise.generator=legacy"]],
    "dataset.val_fraction=1": [["dataset.val_fraction=1.0", "[0, 1)"]],
    "dataset.test_fraction=0": [["dataset.test_fraction=0.0", "(0, 1)"]],
    "dataset=two_dimensional dataset.gap=-1": [["dataset.gap=-1", "finite number above -1"]],
    "dataset=twonorm dataset.size=1": [["dataset.size=1", "integer of at least 2"]],
    "model.hidden=[64,0]": [["model.hidden=[64, 0]", "widths of at least 1"]],
    "model.dropout=1": [["model.dropout=1.0", "[0, 1)"]],
    "model=cnn_small model.width=0": [["model.width=0", "integer of at least 1"]],
    "schedule.batch_size=0": [["schedule.batch_size=0", "integer of at least 1"]],
    f"{MAIN}.epochs=0": [[f"{MAIN}.epochs=0", "integer of at least 1"]],
    "schedule.phases.warmup.epochs=-1": [["schedule.phases.warmup.epochs=-1", "integer of at least 1"]],
    f"{RATE}.start=0": [[f"{RATE}.start=0.0", "finite number above 0"]],
    "launcher.max_pack=0": [["launcher.max_pack=0", "null (automatic) or an integer above 0"]],
    "launcher.checkpoint_seconds=-1": [["launcher.checkpoint_seconds=-1.0", "at least 0"]],
    # values that do not go together
    f"dataset.val_fraction=0 {MAIN}.start=val": [[f"{MAIN}.start=val", "last or best", "dataset.val_fraction is 0"]],
    "schedule.phases.warmup.start=best": [["schedule.phases.warmup.start=best", "last in the first phase"]],
    f"{OPTIMIZER}.nesterov=true {OPTIMIZER}.momentum=0": [[f"{OPTIMIZER}.nesterov=True", "false with momentum 0"]],
    f"{OPTIMIZER}.name=adam": [[f"{OPTIMIZER}.momentum=0.9", "0 with adam", "beta1"]],
    f"{OPTIMIZER}.beta1=0.5": [[f"{OPTIMIZER}.beta1=0.5", "0.9 with sgd"]],
    f"{RATE}.plan=steps": [[f"{RATE}.milestones=[]", "plan=steps"]],
    f"{RATE}.plan=steps {RATE}.milestones=[3,2]": [[f"{RATE}.milestones=[3, 2]", "rising order"]],
    f"{RATE}.milestones=[1]": [[f"{RATE}.milestones=[1]", "[] with plan=constant"]],
    # unknown names of things
    "device=gpu": [["device=gpu", "auto, cpu, cuda"]],
    "device=cuda:one": [["device=cuda:one", "cuda:NUMBER"]],
    "precision=float16": [["precision=float16", "float32, float64"]],
    "loss.estimator=hok": [["loss.estimator=hok", "confident_joint", "did you mean hoc?"]],
    "loss=cores loss.prior=label": [["loss.prior=label", "labels, uniform", "did you mean labels?"]],
    "loss=forward loss.transition=estimate": [["loss.transition=estimate", "true, estimated, a .npy or .csv file"]],
    "noise.generator=numpi": [["noise.generator=numpi", "numpy, legacy", "did you mean numpy?"]],
    f"{MAIN}.start=lasst": [[f"{MAIN}.start=lasst", "last, val, best", "did you mean last?"]],
    f"{OPTIMIZER}.name=sdg": [[f"{OPTIMIZER}.name=sdg", "sgd, adam, adamw", "did you mean sgd?"]],
    f"{RATE}.plan=cosin": [[f"{RATE}.plan=cosin", "constant, cosine, steps", "did you mean cosine?"]],
    "sweep=": [["sweep=", "name of a folder"]],
    "sweep=../x": [["sweep=../x", "folder under results", "results=FOLDER"]],
    "sweep=/x": [["sweep=/x", "folder under results", "results=FOLDER"]],
    # typos in keys, at every depth
    "sed=1": [["sed: no such key", "did you mean seed?"]],
    "datset=digits": [["datset: no such key", "did you mean dataset?"]],
    "los.smooth_rate=0": [["los.smooth_rate: no such key", "did you mean loss.smooth_rate?"]],
    "loss.smoth_rate=0": [["loss.smoth_rate: no such key", "did you mean loss.smooth_rate?"]],
    "schedule.phases.mian.epochs=3": [["schedule.phases.mian.epochs: no such key", f"did you mean {MAIN}.epochs?"]],
    f"{OPTIMIZER}.momentun=0": [[f"{OPTIMIZER}.momentun: no such key", f"did you mean {OPTIMIZER}.momentum?"]],
    "max_pak=4": [["max_pak: no such key", "did you mean launcher.max_pack?"]],
    "epochs=4": [["epochs: no such key", ".epochs?"]],
    "noise=clean noise.rate=0.2": [["noise.rate: no such key with this noise"]],
    "+loss.smoth_rate=1": [["loss.smoth_rate: no such key", "did you mean loss.smooth_rate?"]],
    # typos in options
    "dataset=digit": [["dataset=digit", "breast_cancer", "twonorm", "did you mean digits?"]],
    "noise=symetric": [["noise=symetric", "pairflip", "did you mean symmetric?"]],
    "model=mpl": [["model=mpl", "resnet34", "did you mean mlp?"]],
    "loss=glss": [["loss=glss", "ce, ", "gls, ", "did you mean gls?"]],
    "schedule=defualt": [["schedule=defualt", "paper_warmup", "did you mean default?"]],
    "experiment=paper_cifar10_symetric": [
        ["experiment=paper_cifar10_symetric", "did you mean paper_cifar10_symmetric?"]
    ],
    "logger=tensorbord": [["logger=tensorbord", "did you mean tensorboard?"]],
    "logger=wandb logger.mode=of": [["logger.mode=of", "offline, online"]],
    "logger=mlflow logger.uri=x": [["logger.uri", "no such key"]],
    "cluster=locl": [["cluster=locl", "did you mean local?"]],
    "hydra/launcher=pakced": [["hydra/launcher=pakced", "joblib", "did you mean packed?"]],
    # values of the wrong type
    "noise.rate=abc": [["noise.rate=abc", "a number"]],
    "seed=1.5": [["seed=1.5", "an integer"]],
    f"{MAIN}.epochs=1.5": [[f"{MAIN}.epochs=1.5", "an integer"]],
    "model.batch_norm=maybe": [["model.batch_norm=maybe", "true or false"]],
    "model.hidden=64": [["model.hidden=64", "a list"]],
    "model.hidden=[64,x]": [["model.hidden[1]=x", "an integer"]],
    "loss.smooth_rate=null": [["loss.smooth_rate=None", "finite number of at most 1, or auto"]],
    "loss=null": [["group=option", "NoneType"]],
    f"{MAIN}.loss=ce": [[f"{MAIN}.loss=ce", "null", f"+loss@{MAIN}.loss=NAME"]],
    f"{OPTIMIZER}=adam": [[f"{OPTIMIZER}=adam", "the keys below it"]],
    "dataset=0": [["ValueError", "Got int", "group=option"]],
    "~dataset=0": [["ValueError", "must be a string", "group=option"]],
    "+=": [["AssertionError", "cannot be composed", "key=value"]],
    # references to something of another kind
    "schedule.phases=${seed}": [["schedule.phases=0", "the keys below it"]],
    f"{OPTIMIZER}=${{seed}}": [[f"{OPTIMIZER}=0", "the keys below it"]],
    f"{RATE}.milestones=${{seed}}": [[f"{RATE}.milestones=0", "a list"]],
    "model.hidden=${seed}": [["model.hidden=0", "a list"]],
    # words that say nothing
    "loss.smooth_rate=0,1": [["loss.smooth_rate=0,1", "add -m"]],
    "digits": [["digits: cannot be read", "key=value"]],
    "loss.smooth_rate=[1": [["loss.smooth_rate=[1: cannot be read", "key=value"]],
    "sweep=${nowhere}": [["sweep: ", "nowhere"]],
    "~seed": [["noise.seed: ", "'seed' not found"]],
    # values that are missing
    "dataset=parquet": [["dataset.test: has no value yet"], ["dataset.train: has no value yet", "dataset.train=..."]],
    "model=torchvision": [["model.architecture: has no value yet", "model.architecture=..."]],
    # files that are not there
    "loss=backward loss.transition=none.csv": [["loss.transition=none.csv", "No such file", "existing file"]],
    "noise=matrix noise.matrix=none.npy": [["noise.matrix=none.npy", "No such file", "existing file"]],
    "dataset=parquet dataset.train=a dataset.test=b": [["dataset.train=a", "No such file", "existing file"]],
    "--config-dir=nowhere": [["nowhere' not found"]],
    # several mistakes
    "seed=-1 precision=half": [["seed=-1"], ["precision=half", "float32"]],
    "loss.smooth_rate=2 noise.rate=2 schedule.batch_size=0": [["noise.rate"], ["loss.smooth"], ["schedule.batch"]],
    # sweeps: all wrong cells at once, what is wrong everywhere once
    "-m loss.smooth_rate=2,-0.8 noise.rate=1.5,0.2 seed=0": [
        ["cell 0", "noise.rate=1.5: must be", "loss.smooth_rate=2: must be"],
        ["cell 1 (noise.rate=1.5 loss.smooth_rate=-0.8 seed=0)", "noise.rate=1.5: must be a number in [0, 1)"],
        ["cell 2 (noise.rate=0.2 loss.smooth_rate=2 seed=0)", "loss.smooth_rate=2: must be a finite number"],
        ["3 of 4 cells are wrong; nothing was trained"],
    ],
    "-m schedule.batch_size=0 loss.smooth_rate=0,2 seed=0 noise=clean": [
        ["schedule.batch_size=0: must be"],
        ["cell 1 (loss.smooth_rate=2 seed=0", "): loss.smooth_rate=2: must be"],
        ["2 of 2 cells are wrong"],
    ],
    "-m loss=ce,glss noise=clean seed=0": [["cell 1", "loss=glss", "did you mean gls?"], ["1 of 2 cells"]],
    "-m loss.smooth_rate=0,x seed=0 noise=clean": [
        ["cell 1", "loss.smooth_rate=x: must be a finite number"],
        ["1 of 2"],
    ],
    "-m loss.smoth_rate=0,1 seed=0 noise=clean": [
        ["loss.smoth_rate: no such key", "did you mean loss.smooth_rate?"],
        ["28 of 28 cells are wrong"],
    ],
    "-m +extra=1 seed=0 loss=ce noise=clean": [["extra: no such key"], ["1 of 1 cells are wrong"]],
    "-m noise=symetric": [["noise=symetric", "did you mean symmetric?"]],
    "-m experiment=paper_twonom": [["experiment=paper_twonom", "did you mean paper_twonorm?"]],
    "-m digits": [["digits: cannot be read"]],
}


@pytest.mark.parametrize("words", CASES)
def test_a_mistake_is_one_line_and_status_2(words, gls_sweep):
    done = gls_sweep(*words.split())
    assert (done.status, done.out) == (2, "")
    expected = CASES[words]
    assert len(done.lines) == len(expected), done.err
    for line, parts in zip(done.lines, expected, strict=True):
        assert all(part in line for part in parts), line
    assert list(done.folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_to(gls_sweep, tmp_path):
    (tmp_path / "occupied").write_text("")
    for words in (["results=occupied"], ["-m", "loss=ce", "results=occupied"]):
        done = gls_sweep(*words)
        assert (done.status, len(done.lines)) == (2, 1)
        assert "results=occupied: must be a folder" in done.err


def test_cells_that_are_wrong_in_the_same_way_are_one_line(gls_sweep):
    swept = ("precision=float32,bf16", "noise.rate=0.2", "loss.smooth_rate=0,-1", "seed=0,1")
    done = gls_sweep("-m", *swept)
    assert done.status == 2
    cells, closing = done.err.splitlines()
    assert " and 3 more: precision=bf16: must be one of" in cells
    assert closing.startswith("4 of 8 cells are wrong")
