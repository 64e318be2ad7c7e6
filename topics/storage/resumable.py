"""A file that grows beside its place, and after a crash can be gone on with.

While ``out.jsonl`` is made, its bytes stand in ``out.jsonl.part``, and
``out.jsonl.part.json`` says how far they are good: the record. It is replaced
whole, and only after the bytes that it counts are on the disk, so that

- what the part holds beyond the record is cut off and done again;
- a part without a record is begun anew;
- the last record says that all is done *before* the part takes its name, so
  that a record whose part is gone tells a finished run from a lost file.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from topics.errors import OutputError
from topics.storage.files import as_output_error, sync, usual_mode

AFRESH = "leave out --resume to start afresh"
# Seconds between two records: so much work is lost at most.
INTERVAL = 1.0


class ResumeError(OutputError):
    """What is on the disk is no part of the run that should go on."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    records : int
        Of the input, that are done.
    bytes : int
        Of the part, that belong to them.
    briefings, failures : int
        Among the records.
    finished : bool
        Whether that is all.
    """

    records: int = 0
    bytes: int = 0
    briefings: int = 0
    failures: int = 0
    finished: bool = False


class ResumableFile:
    """A file being written; made by `resumable_file`.

    Attributes
    ----------
    progress : Progress
        What is written so far, of earlier runs too.
    kept : bool
        After an end that was none: whether `progress` can be gone on from.
    """

    def __init__(self, target: Path, file: BinaryIO, run: Mapping[str, Any], progress: Progress) -> None:
        self._target, self._part, self._record = target, part_of(target), _record_of(target)
        self._file, self._run = file, run
        self._recorded_at = time.monotonic()
        self.progress = progress
        self.kept = False

    def add(self, data: bytes, records: int = 0, briefings: int = 0, failures: int = 0) -> None:
        """Write what came of some records.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        with as_output_error(self._target):
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        done = self.progress
        # One assignment: an interruption finds it before or after, never between.
        self.progress = Progress(
            done.records + records,
            done.bytes + len(data),
            done.briefings + briefings,
            done.failures + failures,
        )
        # Without a briefing there is nothing worth going on from.
        if self.progress.briefings and time.monotonic() - self._recorded_at >= INTERVAL:
            self._write_record(self.progress)
            self._recorded_at = time.monotonic()

    def _write_record(self, progress: Progress) -> None:
        """Bring what is written to the disk, then the record of it."""
        with as_output_error(self._target):
            os.fsync(self._file.fileno())
            new = _new(self._record)
            with new.open("w", encoding="utf-8") as file:
                json.dump({"progress": asdict(progress), "run": dict(self._run)}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._record)

    def _keep(self) -> None:
        """Leave a part that can be gone on with; or nothing, if no briefing is done or the disk takes no record."""
        if not self.progress.finished and self.progress.briefings:
            with contextlib.suppress(OSError, OutputError):
                os.ftruncate(self._file.fileno(), self.progress.bytes)  # on a full disk, room for the record
                self._write_record(self.progress)
        with contextlib.suppress(OSError):
            self.kept = self._record.exists()
            _new(self._record).unlink(missing_ok=True)
            if not self.kept:
                self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        """Give the file its name."""
        if not self.progress.finished:
            finished = replace(self.progress, finished=True)
            self._write_record(finished)
            self.progress = finished
        with as_output_error(self._target):
            if self._part.exists():
                os.replace(self._part, self._target)
            sync(self._target.parent)  # the name is on the disk before the record goes
            self._record.unlink(missing_ok=True)
            _new(self._record).unlink(missing_ok=True)


@contextlib.contextmanager
def resumable_file(
    path: str | os.PathLike[str], run: Mapping[str, Any], *, resume: bool
) -> Iterator[ResumableFile]:
    """Write a file of any length; it takes its name when the block ends without error.

    Parameters
    ----------
    path : path
        Of a file that is one or does not exist yet.
    run : mapping
        JSON values that have to be the same for a run to go on: its name → the
        value. Values of a key are compared whole.
    resume : bool
        Go on where an earlier run ended, if there is one. Without it an older
        part is replaced.

    Yields
    ------
    ResumableFile
        If its progress is ``finished``, only the name is still to be given.

    Raises
    ------
    ResumeError
        If the earlier run was another one, or its part is gone; nothing is touched.
    OutputError
        If the file cannot be written, or another run is writing it.
    """
    target = Path(os.path.realpath(path))  # of a link, what it leads to
    with as_output_error(target):
        if target.is_dir():
            raise IsADirectoryError(21, "is a folder")
    progress = _recorded(target, run) if resume else None
    if progress is not None and progress.finished and not part_of(target).exists():
        with open(os.devnull, "r+b", buffering=0) as nothing:
            done = ResumableFile(target, nothing, run, progress)
            yield done
            done._finish()
        return
    file = _open_alone(target)
    try:
        progress = _recorded(target, run) if resume else None  # another run may have ended meanwhile
        with as_output_error(target):
            if progress is None:
                _record_of(target).unlink(missing_ok=True)
                sync(target.parent)  # else it could come back and count the bytes of the new part
                progress = Progress()
            os.chmod(part_of(target), usual_mode(target))
            file.truncate(progress.bytes)
            file.seek(progress.bytes)
        growing = ResumableFile(target, file, run, progress)
        try:
            yield growing
            growing._finish()
        except BaseException:  # Ctrl-C too
            growing._keep()
            raise
    finally:
        file.close()


def part_of(target: Path) -> Path:
    """Return where a file stands while it grows."""
    return target.with_name(f"{target.name}.part")


def _record_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part.json")


def _new(record: Path) -> Path:
    return record.with_name(f".{record.name}.new")


def _recorded(target: Path, run: Mapping[str, Any]) -> Progress | None:
    """Read how far an earlier run was, after checking that it was the same and that its bytes are there."""
    part, record = part_of(target), _record_of(target)
    try:
        content = json.loads(record.read_bytes())
        progress, earlier = Progress(**content["progress"]), dict(content["run"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ResumeError(f"{record}: cannot be read ({error.strerror or error}); {AFRESH}.") from None
    except (ValueError, KeyError, TypeError):
        raise ResumeError(f"{record}: does not say how far a run was; {AFRESH}.") from None
    for key, value in run.items():
        if earlier.get(key) != value:
            raise ResumeError(
                f"{record}: is of another run, {_difference(key, earlier.get(key), value)}; {AFRESH}."
            )
    place = target if progress.finished and not part.exists() else part
    size = place.stat().st_size if place.is_file() else None
    if size is None:
        raise ResumeError(f"{place}: is missing, though {record.name} tells of it; {AFRESH}.")
    if size < progress.bytes or (progress.finished and size != progress.bytes):
        raise ResumeError(
            f"{place}: has {size:,} bytes; expected {progress.bytes:,}, as {record.name} says; {AFRESH}."
        )
    return progress


def _difference(key: str, earlier: Any, now: Any) -> str:
    """Say what differs, in a few words."""
    if isinstance(now, list) and isinstance(earlier, list):
        for before, after in zip(earlier, now, strict=False):
            if before == after:
                continue
            if isinstance(after, dict) and isinstance(before, dict) and before.get("path") == after["path"]:
                return f"{after['path']} was changed since"
    return f"{key} was: {_shown(earlier)}, is now: {_shown(now)}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return (
            ", ".join(str(item["path"] if isinstance(item, dict) else item) for item in value)[:200] or "none"
        )
    return str(value)


def _open_alone(target: Path) -> BinaryIO:
    """Open the part for this run only: two that write one file would spoil it."""
    part = part_of(target)
    with as_output_error(target):
        file: BinaryIO = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    try:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Or a run that has just ended gave this very file its name.
        alone = part.exists() and os.path.samestat(part.stat(), os.fstat(file.fileno()))
    except BlockingIOError:
        alone = False
    except (ImportError, OSError):  # a system, or a kind of disk, without locks
        alone = True
    if not alone:
        file.close()
        raise OutputError(
            f"{part}: another run is writing it; wait for its end, or give another name with -o."
        )
    return file
