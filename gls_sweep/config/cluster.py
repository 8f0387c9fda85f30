"""Where the packs of a sweep train: here, or as jobs that submitit starts."""

from dataclasses import dataclass, field
from typing import Any

from gls_sweep.config.checks import require


@dataclass
class ClusterConfig:
    """Worker processes of the command itself, on its machine."""

    name: str = "local"


@dataclass
class JobsConfig(ClusterConfig):
    """What submitit's executors have in common.

    Attributes
    ----------
    timeout_min : int
        Minutes after which a job is stopped, and requeued from its last checkpoint.
    signal_delay_s : int
        Seconds before that at which it is told.
    max_num_timeout : int
        How often a job that was stopped for its time is requeued; submitit counts every stop of a job with a limit of
        10 minutes or less as such a one.
    array_parallelism : int
        Jobs that run at the same time, at most.
    setup : list of str
        Shell lines before each job's start.
    """

    timeout_min: int = 240
    signal_delay_s: int = 90
    max_num_timeout: int = 100
    array_parallelism: int = 256
    cpus_per_task: int = 1
    gpus_per_node: int | None = None
    stderr_to_stdout: bool = False
    setup: list[str] | None = None

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name in ("timeout_min", "array_parallelism", "cpus_per_task"):
            require(getattr(self, name) >= 1, f"cluster.{name}", getattr(self, name), "an integer of at least 1")
        for name in ("signal_delay_s", "max_num_timeout"):
            require(getattr(self, name) >= 0, f"cluster.{name}", getattr(self, name), "an integer of at least 0")
        limit = 60 * self.timeout_min
        allowed = f"less than the time limit of {limit} s"
        require(self.signal_delay_s < limit, "cluster.signal_delay_s", self.signal_delay_s, allowed)


@dataclass
class SlurmLocalConfig(JobsConfig):
    """The same jobs as local processes, to try things out without a cluster."""

    name: str = "slurm_local"
    timeout_min: int = 10080
    array_parallelism: int = 2


@dataclass
class SlurmConfig(JobsConfig):
    """SLURM: each pack is one task of a job array.

    The fields are the options of submitit's executor, under the names that hydra-submitit-launcher gives them. Left out
    are `nodes` and `tasks_per_node`, since a pack trains in one task, and the outdated `num_gpus`.
    """

    name: str = "slurm"
    job_name: str = "gls-sweep"
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    mem_gb: float | None = None
    mem_per_cpu: str | None = None
    mem_per_gpu: str | None = None
    cpus_per_gpu: int | None = None
    gpus_per_task: int | None = None
    gres: str | None = None
    constraint: str | None = None
    nodelist: str | None = None
    exclude: str | None = None
    exclusive: bool | None = None
    dependency: str | None = None
    comment: str | None = None
    mail_type: str | None = None
    mail_user: str | None = None
    wckey: str = "submitit"
    teardown: list[str] | None = None
    srun_args: list[str] | None = None
    use_srun: bool = True
    additional_parameters: dict[str, Any] = field(default_factory=dict)


CLUSTERS: dict[str, type[ClusterConfig]] = {
    "local": ClusterConfig,
    "slurm": SlurmConfig,
    "slurm_local": SlurmLocalConfig,
}
