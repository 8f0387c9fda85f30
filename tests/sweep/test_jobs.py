"""Packs as jobs: what submitit is told, and sweeps whose jobs are processes of this machine."""

import subprocess
import time
from dataclasses import fields
from pathlib import Path

import psutil
import pytest
from submitit import SlurmExecutor
from submitit.slurm.slurm import _make_sbatch_string

from gls_sweep.config.cluster import SlurmConfig, SlurmLocalConfig
from gls_sweep.sweep.disk.heartbeat import Heartbeat, read_heartbeats
from gls_sweep.sweep.disk.planned import note_planned
from gls_sweep.sweep.disk.record import write_failure
from gls_sweep.sweep.disk.store import Store
from gls_sweep.sweep.jobs.submit import local_options, slurm_options
from gls_sweep.sweep.jobs.tasks import note_tasks, read_tasks
from gls_sweep.sweep.overview import overview
from gls_sweep.sweep.plan.machine import container_memory
from tests.sweep.torture import COMMAND, facts, start, undisturbed

WORDS = ["schedule=quick", "loss.smooth_rate=0,-2", "noise.rate=0.4", "seed=0,1", "model.hidden=[16]"]
JOBS = [*WORDS, "cluster=slurm_local", "launcher.max_pack=2"]


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calm")
    undisturbed(folder, WORDS)
    return facts(folder)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    errors = process.communicate(timeout=300)[1].decode()
    return process.returncode, errors


def status_of(folder: Path) -> str:
    command = [str(Path(COMMAND).with_name("gls-results")), "status", str(folder / "tortured")]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_every_option_of_submitits_slurm_executor_passes_through(tmp_path):
    ours = {field.name for field in fields(SlurmConfig)}
    theirs = SlurmExecutor._valid_parameters()
    renamed = {"timeout_min": "time", "mem_gb": "mem", "name": None, "max_num_timeout": None}
    assert {renamed.get(name, name) for name in ours} - {None} == theirs - {"nodes", "ntasks_per_node", "num_gpus"}
    values = {"partition": "gpu", "account": "me", "gpus_per_node": 2, "timeout_min": 90, "mem_gb": 1.5}
    config = SlurmConfig(**values, setup=["module load cuda"], additional_parameters={"reservation": "mine"})
    script = _make_sbatch_string(command="train", folder=tmp_path, **slurm_options(config, arrays=4))
    for line in ("partition=gpu", "account=me", "gpus-per-node=2", "time=90", "mem=1536MB", "reservation=mine"):
        assert f"#SBATCH --{line}" in script.splitlines()
    assert "module load cuda" in script.splitlines()
    assert slurm_options(config, arrays=4)["array_parallelism"] == 64


def test_what_is_not_given_is_left_to_the_cluster():
    assert "partition" not in slurm_options(SlurmConfig(), 1)
    assert local_options(SlurmLocalConfig()).keys() == {"timeout_min", "signal_delay_s", "stderr_to_stdout"}


def test_jobs_of_this_machine_give_the_same_cells_and_leave_their_logs(calm, tmp_path):
    process = start(tmp_path, JOBS)
    status, said = ended(process)
    assert status == 0, said
    assert "2 packs submitted" in said
    assert facts(tmp_path) == calm
    assert {path.suffix for path in (tmp_path / "tortured/jobs").glob("*/*")} == {".out", ".err"}


def test_jobs_that_nobody_waits_for_are_seen_joined_and_reported_on(calm, tmp_path):
    words = [*JOBS, "schedule.phases.warmup.epochs=50", f"results={tmp_path}", "sweep=tortured"]
    with open(tmp_path / "said", "w") as said:  # a file, since the jobs hold on to a pipe
        subprocess.run([COMMAND, "-m", *words, "launcher.wait=false"], stderr=said, check=True)
    assert "to cancel them: kill " in (tmp_path / "said").read_text()
    shown = status_of(tmp_path)
    assert "0 finished" in shown and ("4 queued" in shown or "2 running" in shown or "4 running" in shown), shown
    status, errors = ended(start(tmp_path, words))
    assert status == 0 and "0 cells submitted" in errors, errors
    assert len(facts(tmp_path)) == 4
    assert "4 finished" in status_of(tmp_path)


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_job_that_is_killed_costs_its_own_cells_alone(tmp_path):
    words = [*JOBS, "schedule.phases.main.epochs=400", "cluster.array_parallelism=1"]
    process, store = start(tmp_path, words), Store(tmp_path / "tortured")
    while process.poll() is None and not read_heartbeats(store):
        time.sleep(0.05)
    job = psutil.Process(int(read_heartbeats(store)[0]["job"]))
    parts = [job, *job.children(recursive=True)]
    job.terminate()  # by the command that the sweep tells
    assert all(map(is_gone, psutil.wait_procs(parts, timeout=60)[1]))
    status, said = ended(process)
    assert status == 1 and "Traceback" not in said
    assert f"job {job.pid}: it ended as INTERRUPTED" in said and "the same command" in said
    before = facts(tmp_path)
    assert len(before) == 2
    status, said = ended(start(tmp_path, words))
    assert status == 0, said
    assert len(facts(tmp_path)) == 4 and before.items() <= facts(tmp_path).items()


def test_a_dry_run_tells_and_leaves_nothing(tmp_path):
    words = ["-m", "--dry-run", f"results={tmp_path}/results", *WORDS, "launcher.max_pack=2"]
    for cluster, where in [("local", "processes of this machine"), ("slurm", "each a task on cluster=slurm")]:
        done = subprocess.run([COMMAND, *words, f"cluster={cluster}"], capture_output=True, text=True, check=True)
        assert "4 cells, 0 done, 4 to do" in done.stdout and "packs: 2, of 2 cells" in done.stdout
        assert where in done.stdout and "estimated memory" in done.stdout
    assert not (tmp_path / "results").exists()


@pytest.fixture
def four_cells(make_cell):
    return [make_cell("schedule=quick", f"loss.smooth_rate={rate}") for rate in (0.4, 0.0, -1.0, -2.0)]


def test_an_overview_counts_each_cell_once(four_cells, tmp_path):
    store, names = Store(tmp_path), [cell.signature for cell in four_cells]
    note_planned(store, four_cells)
    note_planned(store, four_cells[:1])
    assert overview(store).cells["missing"] == 4
    write_failure(store, four_cells[0], "no luck")
    note_tasks(tmp_path / "jobs", "local", [(str(dead_process()), names[2:])])
    read_tasks(store)[0].problem.write_text("the disk is full")
    with Heartbeat(store, [four_cells[1]]) as heartbeat:
        heartbeat.beat(four_cells[1].stages[0], 1)
        seen = overview(store)
    assert {name: count for name, count in seen.cells.items() if count} == {"failed": 1, "running": 1, "missing": 2}
    assert ["the disk is full" in reason for reason in seen.ended] == [True]
    assert overview(store).cells["missing"] == 3
    assert not overview(store).at_work


def dead_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_a_packs_job_is_cut_to_the_memory_of_its_control_group(tmp_path):
    inner = tmp_path / "slurm" / "job_3"
    inner.mkdir(parents=True)
    for folder, limit, used in [(tmp_path / "slurm", "4000", "1000"), (inner, "max", "10")]:
        (folder / "memory.max").write_text(limit)
        (folder / "memory.current").write_text(used)
        (folder / "memory.stat").write_text("anon 5\ninactive_file 200\n")
    own = tmp_path / "own"
    own.write_text("0::/slurm/job_3\n")
    assert container_memory(tmp_path, own) == 3200


def test_a_job_is_not_run_where_it_would_be_ignored(tmp_path):
    for words in (["cluster=slurm_local"], ["-m", "cluster=slurm", "hydra/launcher=basic", "seed=0", "loss=ce"]):
        done = subprocess.run([COMMAND, *words, f"results={tmp_path}"], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and "sends the packs of a sweep" in done.stderr.splitlines()[-1]
