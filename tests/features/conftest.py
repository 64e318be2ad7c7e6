from __future__ import annotations

import pytest

from topics.features import compiled


@pytest.fixture(params=["plain", "compiled"], scope="module")
def way(request):
    """Read in one way, then in the other."""
    before = compiled._kernel, compiled._read
    if request.param == "plain":
        compiled._kernel, compiled._read = None, -(10**15)
    else:
        compiled.load()
    yield request.param
    compiled._kernel, compiled._read = before
