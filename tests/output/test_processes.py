"""A function over a stream in several processes."""

from __future__ import annotations

import os
import signal
import time

import pytest

from topics.errors import InputError, TopicsError
from topics.output.processes import AHEAD, in_order


def uneven(number):
    time.sleep(0.02 * (number % 3))
    return number, os.getpid()


def refusing(number):
    if number == 3:
        raise InputError("three.txt: is odd.")
    return number


def deadly(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def large(data):
    return data * 20


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_values_come_in_order_from_several_processes():
    found = list(in_order(uneven, range(20), 2))
    assert [number for number, _ in found] == list(range(20))
    processes = {process for _, process in found}
    assert len(processes) == 2 and os.getpid() not in processes
    assert all(map(gone, processes))


@pytest.mark.parametrize(("items", "jobs"), [([1], 4), ([], 4), (range(5), 1)])
def test_one_item_or_one_job_needs_no_other_process(items, jobs):
    assert {process for _, process in in_order(uneven, items, jobs)} <= {os.getpid()}


def test_no_more_is_read_ahead_than_is_needed():
    read = []
    results = in_order(abs, (read.append(n) or n for n in range(1000)), 2)
    for expected in range(50):
        assert next(results) == expected
        assert len(read) <= expected + 2 + 2 * AHEAD
    results.close()


def test_items_and_values_may_be_larger_than_a_pipe_holds():
    items = [bytes([n]) * 400_000 for n in range(8)]
    assert list(in_order(large, items, 2)) == [item * 20 for item in items]


def test_a_users_error_is_raised_here():
    results = in_order(refusing, range(9), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(InputError, match=r"^three.txt: is odd\.$"):
        next(results)


def test_a_killed_process_is_told_in_one_line():
    with pytest.raises(TopicsError, match=r"^process \d+: was killed \(signal 9\); .* smaller --jobs\.$"):
        list(in_order(deadly, range(9), 2))


def test_a_reader_that_fails_ends_the_processes():
    def items():
        yield from range(5)
        raise RuntimeError

    found = []
    with pytest.raises(RuntimeError):
        found.extend(in_order(uneven, items(), 2))
    results = in_order(uneven, range(100), 2)
    _, process = next(results)
    results.close()
    assert gone(process)
