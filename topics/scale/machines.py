"""Workers on other machines, or on this one: how they are reached, and whether they can do the work."""

from __future__ import annotations

import contextlib
import logging
import pkgutil
import signal
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from topics import __version__
from topics.errors import SchedulerError
from topics.extras import import_extra

if TYPE_CHECKING:
    from distributed import Client

LOCAL = "local"
# Seconds that a scheduler may take to answer, and the first worker to join it.
ANSWER, JOIN = 5, 10


@contextlib.contextmanager
def on_cluster(address: str | None) -> Iterator[None]:
    """Let every `joblib.Parallel` inside run on the workers of a scheduler.

    Parameters
    ----------
    address : str or None
        As in `connected`; None for this process and its own, as ever.

    Raises
    ------
    InputError
        If the extra ``scale`` is not installed.
    SchedulerError
        If it does not answer, or its workers cannot do the work.
    """
    if address is None:
        yield
        return
    from joblib import parallel_config

    with connected(address) as client:
        from topics.scale.backend import WorkersBackend

        with parallel_config(backend=WorkersBackend(client=client)):
            yield


@contextlib.contextmanager
def connected(address: str) -> Iterator[Client]:
    """Reach a scheduler and make sure that its workers can do the work.

    Parameters
    ----------
    address : str
        Of the scheduler, as ``tcp://host:8786``; ``local`` starts one on this
        machine with a worker a core, and ends them.

    Raises
    ------
    InputError
        If the extra ``scale`` is not installed.
    SchedulerError
        If it does not answer, or its workers cannot do the work.
    """
    distributed = import_extra("distributed", "scale", f"--scheduler {address}")
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet())
        place: Any = address
        if address == LOCAL:
            place = stack.enter_context(_local_cluster(distributed))
        try:
            client = distributed.Client(place, timeout=ANSWER, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SchedulerError(
                f"--scheduler {address}: no scheduler answers there ({_first_line(error)}); "
                "start one with `dask scheduler`, or give --scheduler local."
            ) from None
        stack.enter_context(client)
        with _failure_is_told(address):
            _check_workers(client, address)
            yield client


def _local_cluster(distributed: Any) -> Any:
    """Start a scheduler and a worker a core on loopback.

    Workers inherit that they are deaf to Ctrl-C, which reaches them too: this
    process ends them.
    """
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        # Processes of one thread each, since Python's lock lets one thread at a time split text.
        return distributed.LocalCluster(
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


def lost(address: str) -> SchedulerError:
    """Return the error that says that the scheduler has gone in the middle of the work."""
    return SchedulerError(
        f"--scheduler {address}: was lost in the middle of the work; start it and run this again."
    )


def _check_workers(client: Client, address: str) -> None:
    """Make sure that there are workers, and that all have this version of topics."""
    try:
        client.wait_for_workers(1, timeout=JOIN)
    except TimeoutError:
        raise SchedulerError(
            f"--scheduler {address}: has no worker after {JOIN} seconds; start some: dask worker {address}"
        ) from None
    # A function of the standard library, which a worker without topics has too.
    found = client.run(pkgutil.resolve_name, "topics:__version__", on_error="return")
    for worker, version in found.items():
        if version != __version__:
            has = f"version {version} of topics" if isinstance(version, str) else f"no topics ({version})"
            raise SchedulerError(
                f"--scheduler {address}: the worker {worker} has {has}; expected {__version__}, as here; "
                "install it there and start the worker again."
            )


@contextlib.contextmanager
def _failure_is_told(address: str) -> Iterator[None]:
    """Turn what befalls workers and scheduler into one line."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        yield
    except KilledWorker as error:
        raise SchedulerError(
            f"--scheduler {address}: a step of the work killed each worker that tried it, perhaps for want of memory "
            f"({_first_line(error)})."
        ) from None
    except (CancelledError, CommClosedError, TimeoutError):
        raise lost(address) from None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's own log from stderr: what a user should know is raised."""
    names = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] in ("distributed", "tornado")
    ]
    loggers = [logging.getLogger(name) for name in ("distributed", *names)]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
