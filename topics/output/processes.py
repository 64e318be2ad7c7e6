"""A function over a stream, in several processes: in order, a few items ahead, and none outlives its user.

Each process hangs on a pipe of its own, held by a thread here. So it ends by
itself when this process is gone, however that went, and when it is killed, that
is seen at once.
"""

from __future__ import annotations

import itertools
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from topics.errors import TopicsError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")
# So many items for each process are read ahead, that none waits for the reader or the writer.
AHEAD = 2


def in_order(function: Callable[[T], R], items: Iterable[T], jobs: int) -> Generator[R, None, None]:
    """Yield the function's value for each item, in their order.

    The processes end with the last value, an error, or the generator's
    ``close``, which has to be called if not all values are taken.

    Parameters
    ----------
    function : callable
        Is sent to each process once, pickled; a TopicsError that it raises is
        raised here.
    items : iterable
        May be endless.
    jobs : int
        Processes; with 1, or if there is but one item, all is done in this one.

    Raises
    ------
    TopicsError
        If a process is killed.
    """
    if jobs > 1:
        items = iter(items)
        first = list(itertools.islice(items, 2))
        items = itertools.chain(first, items)
        jobs = 1 if len(first) < 2 else jobs
    if jobs == 1:
        yield from map(function, items)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    workers: list[_Worker] = []
    idle: SimpleQueue[_Worker] = SimpleQueue()

    def call(item: T) -> R:
        worker = idle.get()
        try:
            result: R = worker.call(item)
            return result
        finally:
            idle.put(worker)

    # Signals are for the main thread; one that slept in another would not wake it.
    threads = ThreadPoolExecutor(jobs, initializer=_without_signals)
    try:
        _start(function, jobs, workers)
        for worker in workers:
            idle.put(worker)
        results: deque[Future[R]] = deque()
        for item in items:
            results.append(threads.submit(call, item))
            if len(results) > AHEAD * jobs:
                yield results.popleft().result()
        while results:
            yield results.popleft().result()
    finally:
        for worker in workers:
            worker.process.kill()
        threads.shutdown(cancel_futures=True)
        for worker in workers:
            worker.process.join()
            worker.connection.close()


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, process: Any, connection: Connection) -> None:
        self.process, self.connection = process, connection

    def call(self, item: Any) -> Any:
        try:
            self.connection.send(item)
            result = self.connection.recv()
        except (EOFError, OSError):
            self.process.join(10)
            code = self.process.exitcode
            how = f"was killed (signal {-code})" if code is not None and code < 0 else "ended before its work"
            raise TopicsError(
                f"process {self.process.pid}: {how}; if the memory was short, try a smaller --jobs."
            ) from None
        if isinstance(result, TopicsError):
            raise result
        return result


def _start(function: Callable[[Any], Any], jobs: int, workers: list[_Worker]) -> None:
    """Start the processes; they are deaf to Ctrl-C and SIGTERM, which are for the one that started them."""
    import multiprocessing
    from multiprocessing import resource_tracker

    # Not forked: that is unsafe beside threads, and some systems cannot.
    context = multiprocessing.get_context("spawn")
    resource_tracker.ensure_running()  # its start would make the next ones hear signals again
    before = _without_signals()
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, function), daemon=True)
            process.start()
            theirs.close()  # so that the end of the process ends the pipe
            workers.append(_Worker(process, ours))
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _without_signals() -> Any:
    """Let this thread, and what it starts, not be woken by a request to stop; return what was before."""
    if not hasattr(signal, "pthread_sigmask"):
        return None
    return signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})


def _work(connection: Connection, function: Callable[[Any], Any]) -> None:
    """Run in a process of its own, until the pipe is closed at the other end."""
    try:
        while True:
            item = connection.recv()
            try:
                result = function(item)
            except TopicsError as error:
                result = error
            connection.send(result)
    except (EOFError, OSError):
        return
