"""The status of every cell of a sweep, quickly."""

from pathlib import Path

from gls_sweep.results.columns import of_type
from gls_sweep.results.gather import gather
from gls_sweep.results.versions import VERSION, current


def read_statuses(folder: str | Path) -> dict[str, str]:
    """Give `finished`, `diverged` or `failed` by the signature of each cell that has a record of today's version.

    It takes a second or two for 100,000 cells that are in the index. Cells that are training, or whose record is
    damaged, are not in it.
    """
    columns = gather(Path(folder), names=("signature", "status", *VERSION))
    columns = columns.filter(current(columns))
    return dict(zip(*(of_type(columns, name, "str").to_pylist() for name in ("signature", "status")), strict=True))
