"""Kills in a small form; `make torture` does it to the default sweep."""

from tests.sweep.torture import facts, names, start, tortured, undisturbed

WORDS = ["loss.smooth_rate=0,-2", "noise.rate=0.4", "seed=0,1", "launcher.checkpoint_seconds=0", "model.hidden=[16]"]


def test_a_killed_and_restarted_sweep_equals_an_undisturbed_one(tmp_path):
    seconds = undisturbed(tmp_path / "calm", WORDS)
    assert tortured(tmp_path / "rough", WORDS, 2, seconds, seed=5) >= 1
    assert facts(tmp_path / "calm") == facts(tmp_path / "rough")
    assert names(tmp_path / "calm") == names(tmp_path / "rough")


def test_two_sweeps_at_once_train_each_cell_once(tmp_path):
    both = [start(tmp_path / "shared", WORDS) for _ in range(2)]
    errors = [process.communicate()[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    undisturbed(tmp_path / "alone", WORDS)
    assert facts(tmp_path / "shared") == facts(tmp_path / "alone")
    assert names(tmp_path / "shared") == names(tmp_path / "alone")
