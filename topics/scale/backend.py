"""joblib's Dask backend, which does not wait for ever for a task that failed with its worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from joblib._dask import DaskDistributedBackend


class WorkersBackend(DaskDistributedBackend):  # type: ignore[misc]
    """The backend ``dask``, told of failures that no task can report.

    If a task kills its workers or the scheduler goes away, the future holds an
    error, but joblib 1.6 calls nobody back, and `joblib.Parallel` waits for ever.
    """

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Return how many tasks to send at a time: of one, joblib thinks that it may as well do it here."""
        return max(2, int(super().effective_n_jobs(n_jobs)))

    def submit(self, func: Any, callback: Callable[[Any], object] | None = None) -> Any:
        """Send a batch of tasks to a worker."""
        future = super().submit(func, callback)

        def tell(done: Any) -> None:
            if callback is not None and done.exception() is not None:
                callback(done.exception())

        future.add_done_callback(tell)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """Return the results of a batch, or raise what it failed with."""
        if isinstance(out, BaseException):
            raise out
        return super().retrieve_result_callback(out)
