"""What is measured of a sweep is that sweep's own, and commands that fail are no measurements."""

import pytest

from benchmarks.arithmetic import count
from benchmarks.limits import engine_times, product_rate, side_by_side
from benchmarks.memory import peak_memory
from benchmarks.work import Work

WORK = Work(
    "small",
    ("dataset=breast_cancer",),
    noise_rates=(0.2,),
    smooth_rates=(0.0, 0.2),
    seeds=(0, 1),
    warmup_epochs=2,
    main_epochs=1,
)


def test_flops_are_those_that_torch_counts():
    from torch.utils.flop_counter import FlopCounterMode

    from benchmarks.gpu_work import make_run

    words = [word for word in WORK.overrides() if not word.startswith("schedule.")]
    with FlopCounterMode(display=False) as counter:
        for _ in make_run([*words, "schedule=direct", "schedule.phases.main.epochs=1"]).run():
            pass
    warmed_up = 2 * WORK.warmup_epochs + 4 * WORK.main_epochs  # epochs of all cells
    assert count(WORK.overrides()).flops / warmed_up == counter.get_total_flops() / 4


def test_rate_and_times_are_of_the_sweep():
    arithmetic = count(WORK.overrides())
    assert arithmetic.layers[0][0] == 30
    assert arithmetic.layers[-1][1] == 2
    assert arithmetic.replicas == 2
    assert product_rate(arithmetic) > 1e8
    times = engine_times(WORK, 1)
    parts = ("forward and backward", "optimiser", "forward of evaluations")
    assert 0 < sum(times[part] for part in parts) < times["all"]


def test_commands_that_fail_are_no_measurements():
    with pytest.raises(RuntimeError, match="broken"):
        peak_memory(["-c", "raise SystemExit('broken')"])
    with pytest.raises(RuntimeError, match="broken"):
        side_by_side([["-c", "print(1)"], ["-c", "raise SystemExit('broken')"]])


def test_memory_of_children_counts():
    child = "import time; held = bytearray(2**28); held[:: 2**12] = b'1' * 2**16; time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert 2**28 < peak_memory(["-c", parent]) < 2**29
