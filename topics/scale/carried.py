"""A model that goes along with its work: its files are sent to every worker, also to those that join later."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from topics import __version__
from topics.classification.model import Model
from topics.errors import SchedulerError
from topics.scale.parts import Job, Part, do


class CarriedModel(WorkerPlugin):  # type: ignore[misc]
    """The bytes of a bundle; a worker unpacks them to a folder of its own and loads it once, with all checks.

    Parameters
    ----------
    folder : path
        Of the bundle.
    fingerprint : str
        Of the model as it was loaded from there.
    independent : bool
        Whether paragraphs are judged by themselves, see `Model.independent`.
    """

    def __init__(self, folder: Path, fingerprint: str, independent: bool) -> None:
        self.files = {
            file.name: file.read_bytes() for file in folder.iterdir() if not file.name.startswith(".")
        }
        self.fingerprint = fingerprint
        self.independent = independent
        # Of this run alone: another with the same model may end earlier.
        self.name = f"topics-{fingerprint.removeprefix('sha256:')[:16]}-{secrets.token_hex(4)}"

    def setup(self, worker: Worker) -> None:
        """Take note where this worker keeps its files."""
        self._home = worker.local_directory
        self._folder: str | None = None
        self._lock = threading.Lock()
        self._model: Model | None = None

    def teardown(self, worker: Worker) -> None:
        """Remove the files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def model(self) -> Model:
        """The model, unpacked and loaded the first time.

        Raises
        ------
        BundleError
            If what has arrived is no whole bundle.
        SchedulerError
            If it is another model: the folder was replaced when it was read.
        """
        with self._lock:
            if self._model is None:
                self._folder = tempfile.mkdtemp(prefix=f"{self.name}-", dir=self._home)
                for name, data in self.files.items():
                    Path(self._folder, os.path.basename(name)).write_bytes(data)
                model = Model.load(self._folder)
                if model.fingerprint != self.fingerprint:
                    raise SchedulerError("the model was replaced while it was sent; run this again.")
                self._model = model.independent() if self.independent else model
            return self._model


def do_with(name: str, version: str, job: Job) -> Part:
    """Do a shard on a worker, with the model that was sent under this name.

    Raises
    ------
    SchedulerError
        If this worker, which may have joined late, has another version of topics.
    """
    worker = get_worker()
    if version != __version__:
        raise SchedulerError(
            f"the worker {worker.address} has version {__version__} of topics; expected {version}, as on the client; "
            "install it there and start the worker again."
        )
    carried: CarriedModel = worker.plugins[name]
    return do(job, carried.model)
