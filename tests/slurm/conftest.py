"""A real SLURM; without one these tests are skipped."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gls_sweep.sweep.disk.heartbeat import read_heartbeats
from gls_sweep.sweep.disk.store import Store
from tests.sweep.torture import ODD_LOSS, ROOT, facts, start, undisturbed

# Four cells in two packs that train as long as the environment says: 20 epochs with 9 naps each.
WORDS = [
    *("loss.smooth_rate=0,-2", "noise.rate=0.4", "seed=0,1", "model.hidden=[16]"),
    *("schedule.phases.warmup.epochs=10", "schedule.phases.main.epochs=20"),
    *("launcher.checkpoint_seconds=0", "launcher.max_pack=2"),
]


def slurm(*command: str) -> str:
    """Run one of SLURM's commands; gives what it prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(scope="session", autouse=True)
def _slurm() -> None:
    if not shutil.which("sbatch"):
        pytest.skip("no sbatch here; tests/slurm/start-one-node.sh starts a SLURM of one node")
    try:
        slurm("sinfo")
    except subprocess.SubprocessError as error:
        pytest.skip(f"SLURM does not answer ({error}); tests/slurm/start-one-node.sh starts one of one node")


@pytest.fixture(autouse=True)
def _naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NAP", "0.03")


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What an undisturbed sweep on this machine leaves in its cells."""
    folder = tmp_path_factory.mktemp("calm")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        undisturbed(folder, [*WORDS, *ODD_LOSS])
    return facts(folder)


class JobSweep:
    """A sweep whose packs train as SLURM jobs."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder, self._words = folder, [*WORDS, "cluster=slurm", *words]
        self.process = start(folder, [*self._words, *ODD_LOSS])

    @property
    def jobs(self) -> Path:
        """Where its jobs write."""
        return self.folder / "tortured" / "jobs"

    @property
    def logs(self) -> str:
        """What all its jobs have said."""
        return "".join(path.read_text() for path in sorted(self.jobs.glob("*_log.*")))

    def end(self) -> tuple[int, str]:
        """Wait for its end; gives the exit status and what it said."""
        _, errors = self.process.communicate(timeout=300)
        return self.process.returncode, errors.decode()

    def again(self, *words: str) -> tuple[int, str]:
        """Give the same command again, and wait for its end."""
        self.process = start(self.folder, [*self._words, *words, *ODD_LOSS])
        return self.end()

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until something holds; fails where the sweep ends before."""
        deadline = time.monotonic() + 120
        while not condition():
            assert self.process.poll() is None, self.end()[1]
            assert time.monotonic() < deadline, self.logs
            time.sleep(0.1)

    def wait_for_checkpoint(self) -> str:
        """Wait until a pack has trained, and so saved, some epochs; gives the task that has."""
        far: list[str] = []

        def trained() -> bool:
            beats = read_heartbeats(Store(self.folder / "tortured"))
            far[:] = [beat["job"] for beat in beats if beat["epochs_done"] >= 5]
            return bool(far)

        self.wait_for(trained)
        return far[0]


@pytest.fixture
def job_sweep(tmp_path: Path) -> Iterator[Callable[..., JobSweep]]:
    """Start sweeps, and see that nothing of them stays behind."""
    started: list[JobSweep] = []

    def begin(*words: str) -> JobSweep:
        started.append(JobSweep(tmp_path, *words))
        return started[-1]

    yield begin
    for sweep in started:
        sweep.process.kill()
        sweep.process.communicate()
        for path in sweep.jobs.glob("*.json"):
            subprocess.run(["scancel", path.stem], check=False)
