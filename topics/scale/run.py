"""A run: the shards of a corpus become parts in a folder, on this machine or on many."""

from __future__ import annotations

import contextlib
import os
import queue
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topics import __version__
from topics.classification.model import Model
from topics.classification.prediction import ModelName
from topics.errors import InputError, SchedulerError
from topics.scale.folder import Run, begin, discard, finish
from topics.scale.machines import connected, lost
from topics.scale.parts import Job, Part, do_all
from topics.scale.places import absolute
from topics.scale.shards import find_shards

if TYPE_CHECKING:
    from distributed import Client, Future

# A task whose worker died is done again in any case; this is for errors, as of a disk that was full.
RETRIES = 2
# Seconds without a result after which it is asked whether there are workers at all.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run has come to.

    Parameters
    ----------
    shards, briefings, paragraphs, failures : int
    before : int
        Shards that an earlier, unfinished run had done.
    complete : bool
        Whether every shard has its part.
    """

    shards: int
    briefings: int
    paragraphs: int
    failures: int
    before: int
    complete: bool


def classify_shards(
    paths: Sequence[str],
    output: str,
    model: Path,
    *,
    format: str = "jsonl",
    context: str = "full",
    split: Sequence[str] = (),
    jobs: int = 1,
    scheduler: str | None = None,
    on_error: Callable[[str], object],
    progress: Callable[[str, int, int], None] | None = None,
) -> Summary:
    """Classify shards; each gives one part in the output folder.

    Parts have the bytes that classifying the shard by itself gives, whoever
    does it. Text goes from the shard to a worker and from there to the part;
    here arrive counts, checksums and errors.

    Parameters
    ----------
    paths : sequence of str
        See `find_shards`.
    output : str
        A folder, local or in a store; that of an unfinished run goes on.
    model : path
        Folder of a bundle; its files are sent to the workers.
    format : str, default="jsonl"
        One of `topics.scale.parts.WRITERS`.
    context : {"full", "none"}, default="full"
    split : sequence of str
        As in `read_corpus`; empty for all.
    jobs : int, default=1
        Processes, where there is no scheduler.
    scheduler : str, optional
        See `topics.scale.machines.connected`.
    on_error : callable
        Called with a line for each shard or record that failed.
    progress : callable, optional
        Takes what is being done, steps done, and steps in all.

    Raises
    ------
    InputError
        If there is no shard, or no briefing in any.
    OutputError
        If the folder cannot be written, or holds something else.
    SchedulerError
        If workers cannot be reached, or cannot do the work.
    """
    shards = find_shards(paths)
    folder = absolute(output)
    loaded = Model.load(model)
    run = Run(ModelName(loaded.name, loaded.fingerprint), format, context, tuple(split), shards)
    parts = begin(folder, run)
    before = len(parts)
    for part in parts.values():
        for line in part.errors:
            on_error(line)
    todo = [job for job in run.jobs(folder) if job.number not in parts]
    if context == "none":
        loaded = loaded.independent()
    if todo:
        results = (
            do_all(todo, loaded, min(jobs, os.cpu_count() or 1))
            if scheduler is None
            else _by_workers(todo, scheduler, model, loaded.fingerprint, context == "none")
        )
        for part in results:
            parts[part.number] = part
            for line in part.errors:
                on_error(line)
            if progress:
                progress("shards", len(parts), len(shards))
    briefings, paragraphs, failures = (
        sum(getattr(part, name) for part in parts.values())
        for name in ("briefings", "paragraphs", "failures")
    )
    if not briefings and not failures:
        discard(folder, parts)
        having = f" with the split {', '.join(split)}" if split else ""
        raise InputError(f"no briefing{having} was found in {len(shards)} shards.")
    return Summary(len(shards), briefings, paragraphs, failures, before, finish(folder, run, parts))


def _by_workers(
    jobs: Sequence[Job], scheduler: str, model: Path, fingerprint: str, independent: bool
) -> Iterator[Part]:
    """Let workers do shards; parts come as they are ready.

    Not through joblib, which cannot say which shard it was that a worker died of.
    """
    with connected(scheduler) as client:
        from topics.scale.carried import CarriedModel, do_with

        carried = CarriedModel(model, fingerprint, independent)
        client.register_plugin(carried)
        ready: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        waiting: dict[str, tuple[Future[Any], Job]] = {}
        try:
            for job in jobs:
                key = f"{carried.name}-{job.number}"
                future = client.submit(do_with, carried.name, __version__, job, key=key, retries=RETRIES)
                waiting[key] = future, job
                future.add_done_callback(ready.put)
            while waiting:
                future = _next(ready, client, scheduler)
                _, job = waiting.pop(future.key)
                yield _result(future, job, scheduler)
        finally:
            with contextlib.suppress(OSError):  # the scheduler may have gone
                client.cancel([future for future, _ in waiting.values()])
                client.unregister_worker_plugin(carried.name)


def _next(ready: queue.SimpleQueue[Future[Any]], client: Client, scheduler: str) -> Future[Any]:
    """Return a future that is done, as long as there is somebody to do it."""
    idle = False
    while True:
        try:
            return ready.get(timeout=PATIENCE)
        except queue.Empty:
            if client.status != "running":
                raise lost(scheduler) from None
            if idle and not client.ncores():
                raise SchedulerError(
                    f"--scheduler {scheduler}: all workers have gone; start some and run this again: "
                    "what is done is kept."
                ) from None
            idle = not client.ncores()  # twice, since a worker that died may be on its way back


def _result(future: Future[Any], job: Job, scheduler: str) -> Part:
    from distributed import KilledWorker

    try:
        part: Part = future.result()
    except KilledWorker:
        line = (
            f"{job.shard}: each worker that did it died, perhaps for want of memory; "
            "divide the shard, or give workers more."
        )
        return Part(job.number, None, failures=1, errors=(line,))
    except ModuleNotFoundError as error:
        raise SchedulerError(
            f"--scheduler {scheduler}: a worker lacks what is needed ({error}); install topics there, as here."
        ) from None
    return part
