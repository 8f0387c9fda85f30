"""Sweeps whose packs are tasks of SLURM job arrays: undisturbed, preempted, cancelled, timed out, and twice at once."""

import os
import signal

import pandas as pd
import pytest

from tests.slurm.conftest import slurm
from tests.sweep.torture import facts


def test_packs_complete_in_arrays_that_slurm_takes(job_sweep, calm):
    sweep = job_sweep("seed=0,1,2,3,4,5")
    status, said = sweep.end()
    assert status == 0, said
    assert "6 packs submitted" in said and "MaxArraySize" in slurm("scontrol", "show", "config")
    table = pd.read_parquet(sweep.folder / "tortured" / "table.parquet")
    assert len(table) == 12 and set(table["status"]) == {"finished"}
    tasks = set(table["execution.job"])
    arrays = {task.partition("_")[0] for task in tasks}
    assert len(tasks) == 6 and len(arrays) == 2, tasks
    assert not list(sweep.jobs.glob("*.pkl")) and not list(sweep.jobs.glob("*.json"))


def test_a_requeued_task_goes_on_from_its_checkpoint(job_sweep, calm):
    sweep = job_sweep()
    slurm("scontrol", "requeue", sweep.wait_for_checkpoint())
    status, said = sweep.end()
    assert status == 0, said
    assert "go on after epoch" in sweep.logs
    assert facts(sweep.folder) == calm


@pytest.mark.parametrize("limit", [60, 5])
def test_a_preempted_task_goes_on_from_its_checkpoint(job_sweep, calm, limit):
    sweep = job_sweep(f"cluster.timeout_min={limit}")
    slurm("scancel", "--signal=USR2", sweep.wait_for_checkpoint())
    status, said = sweep.end()
    assert status == 0, said
    assert ("is preempted" if limit > 10 else "is timed-out") in sweep.logs
    assert "go on after epoch" in sweep.logs
    assert facts(sweep.folder) == calm


def test_a_task_that_is_preempted_while_it_starts_goes_on(job_sweep, calm):
    sweep = job_sweep()
    sweep.wait_for(lambda: list(sweep.jobs.glob("*.json")))
    job = next(sweep.jobs.glob("*.json")).stem
    sweep.wait_for(lambda: slurm("squeue", "-h", "-r", "-t", "R", "-j", job))
    slurm("scancel", "--signal=USR2", job)
    status, said = sweep.end()
    assert status == 0, said
    assert facts(sweep.folder) == calm


def test_a_task_out_of_time_goes_on_and_one_that_may_not_is_told(job_sweep, calm):
    sweep = job_sweep("cluster.timeout_min=5", "cluster.max_num_timeout=0")
    slurm("scancel", "--signal=USR2", sweep.wait_for_checkpoint())
    status, said = sweep.end()
    assert status == 1 and "Traceback" not in said
    assert "timed-out too many times" in said and "the same command" in said
    records = list(sweep.folder.glob("tortured/cells/*/*/record.json"))
    assert len(records) == 2 and not any('"failed"' in path.read_text() for path in records)
    status, said = sweep.again()
    assert status == 0, said
    assert "go on after epoch" in sweep.logs
    assert facts(sweep.folder) == calm


def test_a_job_that_slurm_stops_for_its_time_goes_on(job_sweep, calm, monkeypatch):
    monkeypatch.setenv("NAP", "0.6")  # 108 s; SLURM tells a job up to a minute before it was asked to
    sweep = job_sweep("cluster.timeout_min=2", "cluster.signal_delay_s=40")
    status, said = sweep.end()
    assert status == 0, said
    assert "is timed-out" in sweep.logs and "go on after epoch" in sweep.logs
    assert facts(sweep.folder) == calm


def test_a_cancelled_task_costs_its_own_cells_alone(job_sweep, calm):
    sweep = job_sweep()
    task = sweep.wait_for_checkpoint()
    slurm("scancel", task)
    status, said = sweep.end()
    assert status == 1 and "Traceback" not in said
    assert f"job {task}: it ended as CANCELLED" in said and "the same command" in said
    assert len(facts(sweep.folder)) == 2
    status, said = sweep.again()
    assert status == 0, said
    assert facts(sweep.folder) == calm


def test_a_task_that_kills_itself_costs_its_own_cells_alone(job_sweep, calm, monkeypatch):
    monkeypatch.setenv("KILLED_TASK", "1")
    sweep = job_sweep()
    status, said = sweep.end()
    assert status == 1 and "Traceback" not in said
    assert "it ended as" in said and "its log:" in said, said
    assert len(facts(sweep.folder)) == 2
    monkeypatch.delenv("KILLED_TASK")
    status, said = sweep.again()
    assert status == 0, said
    assert facts(sweep.folder) == calm


def test_two_sweeps_at_once_submit_and_train_each_cell_once(job_sweep, calm):
    both = [job_sweep(), job_sweep()]
    ends = [sweep.end() for sweep in both]
    assert [status for status, _ in ends] == [0, 0], ends
    assert sorted("0 cells submitted" in said for _, said in ends) == [False, True], ends
    assert len(list(both[0].jobs.glob("*_log.out"))) == 2
    assert facts(both[0].folder) == calm


def test_jobs_go_on_after_ctrl_c_and_the_same_command_joins_them(job_sweep, calm):
    sweep = job_sweep()
    task = sweep.wait_for_checkpoint()
    os.kill(sweep.process.pid, signal.SIGINT)
    status, said = sweep.end()
    assert status == 130 and f"scancel {task.partition('_')[0]}" in said
    status, said = sweep.again()
    assert status == 0, said
    assert "0 cells submitted" in said
    assert facts(sweep.folder) == calm


def test_a_sweep_that_does_not_wait_leaves(job_sweep, calm):
    sweep = job_sweep("launcher.wait=false")
    status, said = sweep.end()
    assert status == 0 and "gls-results status" in said and "scancel" in said
    assert not list(sweep.folder.glob("tortured/table.*"))
    status, said = sweep.again("launcher.wait=true")
    assert status == 0, said
    assert facts(sweep.folder) == calm


def test_a_refused_job_is_one_line(job_sweep):
    status, said = job_sweep("cluster.partition=nowhere").end()
    assert status == 2
    assert said.splitlines()[-1].startswith("cluster=slurm: the job was refused")
    assert "nvalid partition" in said.splitlines()[-1]


def test_hydras_own_slurm_launcher_trains_the_same_cells(job_sweep, calm):
    stock = ["hydra/launcher=submitit_slurm", "cluster=local", "launcher.max_pack=null"]
    sweep = job_sweep(*stock)
    status, said = sweep.end()
    assert status == 0, said
    assert facts(sweep.folder) == calm


def test_a_job_of_hydras_own_launcher_that_runs_out_of_time_is_told_and_goes_on(job_sweep, calm, monkeypatch):
    monkeypatch.setenv("NAP", "0.1")
    sweep = job_sweep("hydra/launcher=submitit_slurm", "hydra.launcher.timeout_min=5", "cluster=local")
    slurm("scancel", "--signal=USR2", sweep.wait_for_checkpoint())
    status, said = sweep.end()
    assert status == 1 and "Traceback" not in said
    assert "timed-out too many times" in said.splitlines()[-1] and "the same command goes on" in said.splitlines()[-1]
    status, said = sweep.again()
    assert status == 0, said
    assert facts(sweep.folder) == calm
