"""The compiled part: characters in, terms found and counted; no Python object is touched.

Compiled by numba when it is first called and kept on disk afterwards. Every
function gives up Python's lock, so that threads run side by side.

Distinct strings are kept in a `Strings` table (open addressing on a 64-bit
hash) and compared character by character, pairs of words and runs of
characters in tables whose keys are the pair or the run itself: two terms never
pass for one. All of it is one file, so that a change anywhere in it is compiled.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from topics.jit import compiled, inlined

# The classes of `topics.features.characters`, and what `topics.features.terms` goes
# by. They stand here again since numba looks at this file alone to see whether what
# it kept on disk still holds; a test holds them equal.
LOWER = (1 << 21) - 1
WORD, SPACE, LETTER, CAPITAL, SMALL, DIGIT, DECIMAL, UPPER = (1 << bit for bit in range(21, 29))
CHARACTERS, EDGE, REACH = (3, 4, 5), 5, 200

# slots: uint64, 0 where free, else the upper half of a hash and the number of a
# string plus 1; entries: (n, 3) int64, hash, first letter and end of each string;
# letters: of all strings; used: strings and letters so far.
Strings = namedtuple("Strings", "slots entries letters used")
# slots: (n, 2) uint64, 0 where free, else the numbers of two strings, each plus 1,
# and what is kept of the pair, beside it since each look is a wait for memory;
# used: pairs so far.
Pairs = namedtuple("Pairs", "slots used")
# keys: (n, 2) uint64, 0 where free, else up to five characters, each plus 1;
# numbers: int32, of the runs; used: runs so far.
Runs = namedtuple("Runs", "keys numbers used")

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_NUMBER = np.uint64(0xFFFFFFFF)
_CODE = np.uint64(21)
_LOWER = np.uint32(LOWER)
_ONE = np.uint64(1)
_SEQUENCE = np.uint64(0x03F79D71B4CB0A89)
_PLACES = np.zeros(64, np.int64)
for _bit in range(64):
    _PLACES[(int(_SEQUENCE) << _bit & 0xFFFFFFFFFFFFFFFF) >> 58] = _bit
_BAR, _CARET, _DOLLAR, _TILDE = 32, 94, 36, 126
_SHORTEST, _LONGEST = min(CHARACTERS), max(CHARACTERS)
_PARTS = 4  # words that a term of an edge may join
_TAIL = 3  # letters of a first word that may tell what form it has


@compiled
def new_strings(n_strings: int, n_letters: int) -> Any:
    """Return an empty table with room for so many strings and letters."""
    return Strings(
        np.zeros(1 << 12, np.uint64),
        np.empty((n_strings, 3), np.int64),
        np.empty(n_letters, np.uint32),
        np.zeros(2, np.int64),
    )


@compiled
def with_room(table: Any, n_strings: int, n_letters: int) -> Any:
    """Return the same table with room for more."""
    n, size = table.used[0], table.used[1]
    entries, letters = table.entries, table.letters
    if n + n_strings > len(entries):
        entries = np.empty((max(2 * len(entries), n + n_strings), 3), np.int64)
        entries[:n] = table.entries[:n]
    if size + n_letters > len(letters):
        letters = np.empty(max(2 * len(letters), size + n_letters), np.uint32)
        letters[:size] = table.letters[:size]
    return _roomy(Strings(table.slots, entries, letters, table.used), n_strings)


@compiled
def _roomy(table: Any, n_strings: int) -> Any:
    """Return the same table with at least twice as many slots as strings, these and so many more."""
    n = table.used[0]
    size = len(table.slots)
    if 2 * (n + n_strings) <= size:
        return table
    return _rebuilt(table, n + n_strings)


@compiled
def _rebuilt(table: Any, n_strings: int) -> Any:
    """Return the same table with slots for so many strings."""
    n, size = table.used[0], 1 << 12
    while 2 * n_strings > size:
        size *= 2
    slots = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    for number in range(n):
        hash = np.uint64(table.entries[number, 0])
        slot = hash & mask
        while slots[slot]:
            slot = (slot + _ONE) & mask
        slots[slot] = _tagged(hash, number)
    return Strings(slots, table.entries, table.letters, table.used)


@compiled
def compact(table: Any) -> Any:
    """Return the same table with no more slots than it needs: fewer are nearer at hand."""
    return _rebuilt(table, table.used[0])


@inlined
def _tagged(hash: Any, number: Any) -> Any:
    return ((hash >> _HALF) << _HALF) | np.uint64(number + 1)


@inlined
def _hashed(letters: Any, start: int, end: int) -> Any:
    hash = np.uint64(0)
    for i in range(start, end):
        hash = (hash ^ np.uint64(letters[i] & _LOWER)) * _MULTIPLIER
    return hash ^ (hash >> _HALF)


@inlined
def _place(slots: Any, entries: Any, letters: Any, hash: Any, source: Any, start: int, length: int) -> Any:
    """Return the slot of a string, or the free one where it belongs."""
    mask = np.uint64(len(slots) - 1)
    slot = hash & mask
    while slots[slot]:
        if (slots[slot] ^ hash) >> _HALF == 0:
            number = np.int64(slots[slot] & _NUMBER) - 1
            first = entries[number, 1]
            if entries[number, 0] == np.int64(hash) and entries[number, 2] - first == length:
                # All letters, without a look at each in between: nearly always they are equal.
                difference = np.uint32(0)
                for i in range(length):
                    difference |= letters[first + i] ^ (source[start + i] & _LOWER)
                if difference == 0:
                    break
        slot = (slot + _ONE) & mask
    return slot


@inlined
def _number(table: Any, hash: Any, source: Any, start: int, length: int) -> Any:
    """Return the number of a string, which is put into the table if it is not there; there must be room."""
    slot = _place(table.slots, table.entries, table.letters, hash, source, start, length)
    if not table.slots[slot]:
        number, size = table.used[0], table.used[1]
        table.slots[slot] = _tagged(hash, number)
        table.entries[number, 0] = np.int64(hash)
        table.entries[number, 1], table.entries[number, 2] = size, size + length
        for i in range(length):
            table.letters[size + i] = source[start + i] & _LOWER
        table.used[0], table.used[1] = number + 1, size + length
    return np.int64(table.slots[slot] & _NUMBER) - 1


@compiled
def numbers_of(table: Any, others: Any) -> Any:
    """Put the strings of another table into this one, which has room; return their numbers."""
    n = others.used[0]
    numbers = np.empty(n, np.int32)
    for other in range(n):
        start, hash = others.entries[other, 1], np.uint64(others.entries[other, 0])
        numbers[other] = _number(table, hash, others.letters, start, others.entries[other, 2] - start)
    return numbers


@compiled
def numbers_of_texts(strings: Any, letters: Any, bounds: Any) -> Any:
    """Put texts as they are into a table that has room, and return their numbers."""
    numbers = np.empty(len(bounds) - 1, np.int32)
    for i in range(len(numbers)):
        start, end = bounds[i], bounds[i + 1]
        numbers[i] = _number(strings, _hashed(letters, start, end), letters, start, end - start)
    return numbers


@compiled
def read_words(characters: Any, bounds: Any, classes: Any, edges: bool) -> Any:
    """Find the words of texts, and the terms of their edges.

    Parameters
    ----------
    characters : ndarray of uint32
        Of all texts, one after the other.
    bounds : ndarray of int64, shape (n_texts + 1,)
    classes : ndarray of uint32
        `topics.features.characters.table`.
    edges : bool

    Returns
    -------
    strings : Strings
        The different words and terms.
    words, word_bounds : ndarray of int32, of int64
        The numbers of all words, and where each text's begin.
    ends, end_bounds : the same of the terms of edges
    """
    line, starts, lengths, hashes, word_bounds = _scanned(characters, bounds, classes, WORD, 2)
    edges_line, edge_starts, edge_lengths, edge_hashes, end_bounds = _edges(line, bounds, edges)
    n_words, n_ends = len(starts), len(edge_starts)
    strings = new_strings(n_words + n_ends, len(characters) + len(edges_line))
    words, ends = np.empty(n_words, np.int32), np.empty(n_ends, np.int32)
    strings = _all_numbered(strings, line, starts, lengths, hashes, words)
    strings = _all_numbered(strings, edges_line, edge_starts, edge_lengths, edge_hashes, ends)
    return strings, words, word_bounds, ends, end_bounds


@compiled
def find_words(characters: Any, bounds: Any, classes: Any, strings: Any, edges: bool) -> Any:
    """Find the words of texts, and the terms of their edges, that a table has.

    Returns
    -------
    words, word_bounds : ndarray of int32, of int64
        Of all words, -1 for those that the table has not, and where each text's begin.
    ends, end_bounds : the same of the terms of edges
    """
    line, starts, lengths, hashes, word_bounds = _scanned(characters, bounds, classes, WORD, 2)
    edges_line, edge_starts, edge_lengths, edge_hashes, end_bounds = _edges(line, bounds, edges)
    words, ends = np.empty(len(starts), np.int32), np.empty(len(edge_starts), np.int32)
    _some_numbered(strings, line, starts, lengths, hashes, False, words, 0)
    _some_numbered(strings, edges_line, edge_starts, edge_lengths, edge_hashes, False, ends, 0)
    return words, word_bounds, ends, end_bounds


@compiled
def _scanned(characters: Any, bounds: Any, classes: Any, class_: Any, shortest: int) -> Any:
    """Find runs of characters that are in a class, or of those that are not in `SPACE`, and hash them on the way."""
    n_texts = len(bounds) - 1
    n_characters = len(characters)
    line = np.empty(n_characters, np.uint32)
    most = n_characters // (shortest + 1) + n_texts + 1
    starts, lengths = np.empty(most, np.int64), np.empty(most, np.int32)
    hashes, run_bounds = np.empty(most, np.uint64), np.zeros(n_texts + 1, np.int64)
    outside = np.uint32(class_ if class_ == SPACE else 0)
    flip = np.uint32(class_)
    n = 0
    for text in range(n_texts):
        first, last = bounds[text], bounds[text + 1]
        start = first
        hash = np.uint64(0)
        for i in range(first, last + 1):
            if i < last:
                entry = classes[characters[i]]
                line[i] = entry
                if (entry & flip) != outside:
                    hash = (hash ^ np.uint64(entry & _LOWER)) * _MULTIPLIER  # as in `_hashed`
                    continue
            if i - start >= shortest:
                starts[n], lengths[n], hashes[n] = start, i - start, hash ^ (hash >> _HALF)
                n += 1
            start = i + 1
            hash = np.uint64(0)
        run_bounds[text + 1] = n
    return line, starts[:n], lengths[:n], hashes[:n], run_bounds


@compiled
def _all_numbered(strings: Any, line: Any, starts: Any, lengths: Any, hashes: Any, numbers: Any) -> Any:
    """Number all strings; return the table, which may have grown."""
    done = 0
    while True:
        done = _some_numbered(strings, line, starts, lengths, hashes, True, numbers, done)
        if done == len(starts):
            return strings
        strings = _roomy(strings, strings.used[0])


@compiled
def _some_numbered(
    strings: Any, line: Any, starts: Any, lengths: Any, hashes: Any, put: bool, numbers: Any, done: int
) -> int:
    """Number strings from one on: -1, or put in as long as there is room, if the table has one not.

    Returns how far that went. The search is that of `_place`, written out: this
    loop is where most time goes, and a call for each string would double it.
    """
    slots, entries, letters = strings.slots, strings.entries, strings.letters
    mask = np.uint64(len(slots) - 1)
    n, size = strings.used[0], strings.used[1]
    most, last = len(slots) // 2, len(starts)
    for i in range(done, last):
        hash, start, length = hashes[i], starts[i], np.int64(lengths[i])
        slot = hash & mask
        number = np.int64(-1)
        while True:
            tagged = slots[slot]
            if tagged == 0:
                break
            if (tagged ^ hash) >> _HALF == 0:
                candidate = np.int64(tagged & _NUMBER) - 1
                first = entries[candidate, 1]
                if entries[candidate, 0] == np.int64(hash) and entries[candidate, 2] - first == length:
                    difference = np.uint32(0)
                    for k in range(length):
                        difference |= letters[first + k] ^ (line[start + k] & _LOWER)
                    if difference == 0:
                        number = candidate
                        break
            slot = (slot + _ONE) & mask
        if number < 0 and put:
            if n >= most:
                last = i
                break
            slots[slot] = _tagged(hash, n)
            entries[n, 0] = np.int64(hash)
            entries[n, 1], entries[n, 2] = size, size + length
            for k in range(length):
                letters[size + k] = line[start + k] & _LOWER
            number, n, size = n, n + 1, size + length
        numbers[i] = number
    if put:
        strings.used[0], strings.used[1] = n, size
    return last


@compiled
def _edges(line: Any, bounds: Any, wanted: bool) -> Any:
    """Write out the terms of texts' edges (see `topics.features.terms.edge_terms`), if they are wanted.

    Returns their letters, of each term where it begins, how long it is and its
    hash, and where each text's terms begin.
    """
    n_texts = len(bounds) - 1
    end_bounds = np.zeros(n_texts + 1, np.int64)
    # The words at an edge have no more than REACH letters; each stands in a term
    # of its own and in some that join words, with a mark and spaces between.
    letters = np.empty(n_texts * (9 * (REACH + 8) if wanted else 0), np.uint32)
    most = n_texts * (20 if wanted else 0)
    starts, lengths, hashes = np.empty(most, np.int64), np.empty(most, np.int32), np.empty(most, np.uint64)
    places = np.empty((EDGE, 2), np.int64)
    n = size = 0
    for text in range(n_texts if wanted else 0):
        start, end = bounds[text], bounds[text + 1]
        for at_end in (False, True):
            if at_end:
                found = _ending(line, max(start, end - REACH), end, places)
                mark, longest = _DOLLAR, _PARTS
            else:
                found = _opening(line, start, min(end, start + REACH), places)
                mark, longest = _CARET, 3
            # Joined words, single words, last letters: in this order.
            for kind in range(2 if at_end else 3):
                for k in range(min(longest, found) if kind == 0 else found if kind == 1 else min(2, found)):
                    starts[n] = size
                    if kind == 0:
                        first = found - k - 1 if at_end else 0
                        size = _join(line, places, first, first + k + 1, mark, False, letters, size)
                    elif kind == 1:
                        size = _join(line, places, k, k + 1, mark, True, letters, size)
                    elif places[k, 1] - places[k, 0] > _TAIL:
                        letters[size], letters[size + 1] = _CARET, _TILDE
                        for i in range(_TAIL):
                            letters[size + 2 + i] = line[places[k, 1] - _TAIL + i] & _LOWER
                        size += 2 + _TAIL
                    else:
                        continue
                    lengths[n] = size - starts[n]
                    hashes[n] = _hashed(letters, starts[n], size)
                    n += 1
        end_bounds[text + 1] = n
    return letters[:size], starts[:n], lengths[:n], hashes[:n], end_bounds


@compiled
def _opening(line: Any, first: int, last: int, places: Any) -> int:
    """Note the places of the first words and marks; return how many there are."""
    n, i = 0, first
    while i < last and n < EDGE:
        if line[i] & SPACE:
            i += 1
            continue
        start = i
        i += 1
        if line[start] & WORD:
            while i < last and line[i] & WORD:
                i += 1
        places[n, 0], places[n, 1] = start, i
        n += 1
    return n


@compiled
def _ending(line: Any, first: int, last: int, places: Any) -> int:
    """Note the places of the last words and marks, in order; return how many there are."""
    n, i = 0, last
    while i > first and n < EDGE:
        if line[i - 1] & SPACE:
            i -= 1
            continue
        end = i
        i -= 1
        if line[i] & WORD:
            while i > first and line[i - 1] & WORD:
                i -= 1
        places[n, 0], places[n, 1] = i, end
        n += 1
    for k in range(n // 2):
        other = n - 1 - k
        start, end = places[k, 0], places[k, 1]
        places[k, 0], places[k, 1] = places[other, 0], places[other, 1]
        places[other, 0], places[other, 1] = start, end
    return n


@compiled
def _join(
    line: Any, places: Any, first: int, last: int, mark: int, apart: bool, letters: Any, size: int
) -> int:
    """Write a mark and some words from a place on, a space between these, and after the mark if `apart`.

    Returns where that ends.
    """
    letters[size] = mark
    size += 1
    for k in range(first, last):
        if k > first or apart:
            letters[size] = _BAR
            size += 1
        for i in range(places[k, 0], places[k, 1]):
            letters[size] = line[i] & _LOWER
            size += 1
    return size


@compiled
def read_pieces(characters: Any, bounds: Any, classes: Any) -> Any:
    """Find what stands between spaces; parameters and results as in `read_words`, without edges."""
    line, starts, lengths, hashes, piece_bounds = _scanned(characters, bounds, classes, SPACE, 1)
    strings = new_strings(len(starts), len(characters))
    pieces = np.empty(len(starts), np.int32)
    strings = _all_numbered(strings, line, starts, lengths, hashes, pieces)
    return strings, pieces, piece_bounds


@inlined
def _pair(first: Any, second: Any) -> Any:
    return (np.uint64(first + 1) << _HALF) | np.uint64(second + 1)


@inlined
def _pair_hash(pair: Any) -> Any:
    hash = pair * _MULTIPLIER
    return hash ^ (hash >> _HALF)


@inlined
def _pair_slot(slots: Any, pair: Any) -> Any:
    """Return the slot of a pair, or the free one where it belongs."""
    mask = np.uint64(len(slots) - 1)
    slot = _pair_hash(pair) & mask
    while slots[slot, 0] and slots[slot, 0] != pair:
        slot = (slot + _ONE) & mask
    return slot


def new_pairs(n: int) -> Pairs:
    """Return an empty table with room for so many pairs.

    Not compiled: what NumPy sets aside comes in large pages of memory, many times as fast.
    """
    size = 1 << 10
    while size < 2 * n:
        size *= 2
    return Pairs(np.zeros((size, 2), np.uint64), np.zeros(1, np.int64))


def doubled(table: Pairs) -> Pairs:
    """Return the same table of pairs with room for twice as many."""
    larger = new_pairs(len(table.slots))
    _copy_pairs(table, larger)
    return larger


@compiled
def _copy_pairs(table: Any, larger: Any) -> None:
    larger.used[0] = table.used[0]
    for old in range(len(table.slots)):
        if table.slots[old, 0]:
            slot = _pair_slot(larger.slots, table.slots[old, 0])
            larger.slots[slot, 0], larger.slots[slot, 1] = table.slots[old, 0], table.slots[old, 1]


def pairs_with_columns(firsts: Any, seconds: Any, columns: Any) -> Pairs:
    """Return a table of pairs of strings, of each of which the column is kept."""
    table = new_pairs(len(firsts))
    _put_pairs(table, firsts, seconds, columns)
    return table


@compiled
def _put_pairs(table: Any, firsts: Any, seconds: Any, columns: Any) -> None:
    for i in range(len(firsts)):
        pair = _pair(firsts[i], seconds[i])
        slot = _pair_slot(table.slots, pair)
        table.slots[slot, 0], table.slots[slot, 1] = pair, np.uint64(columns[i])
    table.used[0] = len(firsts)


@compiled
def frequent_pairs(table: Any, at_least: int) -> Any:
    """Return the pairs that stand in enough texts, as two numbers of strings each, and in how many."""
    n = 0
    for slot in range(len(table.slots)):
        if table.slots[slot, 0] and np.int64(table.slots[slot, 1] & _NUMBER) >= at_least:
            n += 1
    pairs, df = np.empty((n, 2), np.int64), np.empty(n, np.int64)
    n = 0
    for slot in range(len(table.slots)):
        if table.slots[slot, 0] and np.int64(table.slots[slot, 1] & _NUMBER) >= at_least:
            pairs[n, 0] = np.int64(table.slots[slot, 0] >> _HALF) - 1
            pairs[n, 1] = np.int64(table.slots[slot, 0] & _NUMBER) - 1
            df[n] = np.int64(table.slots[slot, 1] & _NUMBER)
            n += 1
    return pairs, df


@compiled
def new_runs(n: int) -> Any:
    """Return an empty table with room for so many runs."""
    size = 1 << 10
    while size < 2 * n:
        size *= 2
    return Runs(np.zeros((size, 2), np.uint64), np.empty(size, np.int32), np.zeros(1, np.int64))


@compiled
def with_room_for_runs(table: Any, n: int) -> Any:
    """Return the same table with room for so many runs more."""
    if 2 * (table.used[0] + n) <= len(table.keys):
        return table
    larger = new_runs(max(table.used[0] + n, len(table.keys)))
    larger.used[0] = table.used[0]
    for old in range(len(table.keys)):
        high, low = table.keys[old, 0], table.keys[old, 1]
        if high:
            slot = _run_slot(larger.keys, high, low)
            larger.keys[slot, 0], larger.keys[slot, 1] = high, low
            larger.numbers[slot] = table.numbers[old]
    return larger


@inlined
def _run_slot(keys: Any, high: Any, low: Any) -> Any:
    """Return the slot of a run, or the free one where it belongs."""
    mask = np.uint64(len(keys) - 1)
    hash = (high ^ (low * np.uint64(0xD6E8FEB86659FD93))) * _MULTIPLIER
    slot = (hash ^ (hash >> _HALF)) & mask
    while keys[slot, 0] and not (keys[slot, 0] == high and keys[slot, 1] == low):
        slot = (slot + _ONE) & mask
    return slot


@compiled
def frequent_runs(table: Any, df: Any, at_least: int) -> Any:
    """Return the numbers and the keys of the runs that stand in enough texts."""
    n = 0
    for number in range(table.used[0]):
        if df[number] >= at_least:
            n += 1
    numbers, keys = np.empty(n, np.int64), np.empty((n, 2), np.uint64)
    n = 0
    for slot in range(len(table.keys)):
        if table.keys[slot, 0] and df[table.numbers[slot]] >= at_least:
            numbers[n] = table.numbers[slot]
            keys[n, 0], keys[n, 1] = table.keys[slot, 0], table.keys[slot, 1]
            n += 1
    return numbers, keys


@inlined
def _run_key(letters: Any, start: int, end: int, i: int, n: int) -> tuple[Any, Any]:
    """Return the key of n characters of a piece with a space at both ends, from the i-th on."""
    high, low = np.uint64(0), np.uint64(0)
    for k in range(_LONGEST):
        code = np.uint64(0)
        if k < n:
            place = start + i + k - 1
            code = np.uint64(_BAR if place < start or place >= end else letters[place] & _LOWER) + np.uint64(
                1
            )
        if k < 3:
            high = (high << _CODE) | code
        else:
            low = (low << _CODE) | code
    return high, low


@compiled
def run_keys(letters: Any, bounds: Any) -> Any:
    """Return a table of runs of characters, spaces in them too, each with its place in the list."""
    n = len(bounds) - 1
    table = new_runs(n)
    for i in range(n):
        start, end = bounds[i], bounds[i + 1]
        if end - start > _LONGEST:  # no run is so long
            continue
        high, low = _run_key(letters, start, end, 1, end - start)
        slot = _run_slot(table.keys, high, low)
        table.keys[slot, 0], table.keys[slot, 1], table.numbers[slot] = high, low, i
    table.used[0] = n
    return table


@compiled
def runs_of(strings: Any, first: int, last: int, table: Any, put: bool) -> Any:
    """Find the runs of characters of some of the pieces.

    Returns
    -------
    bounds : ndarray of int64, shape (n_pieces + 1,)
    numbers : ndarray of int32
        Of the runs that are in the table, or are put in: there must be room.
    totals : ndarray of int64, shape (n_pieces,)
        How many runs each piece has.
    """
    n = last - first
    most = 0
    for piece in range(first, last):
        most += (_LONGEST - _SHORTEST + 1) * (strings.entries[piece, 2] - strings.entries[piece, 1] + 2)
    bounds, numbers = np.zeros(n + 1, np.int64), np.empty(most, np.int32)
    totals = np.zeros(n, np.int64)
    found = 0
    for piece in range(first, last):
        start, end = strings.entries[piece, 1], strings.entries[piece, 2]
        size = end - start + 2
        for length in range(_SHORTEST, _LONGEST + 1):
            totals[piece - first] += max(1, size - length + 1)
            for i in range(max(1, size - length + 1)):
                high, low = _run_key(strings.letters, start, end, i, length)
                slot = _run_slot(table.keys, high, low)
                if put and not table.keys[slot, 0]:
                    table.keys[slot, 0], table.keys[slot, 1] = high, low
                    table.numbers[slot] = table.used[0]
                    table.used[0] += 1
                if table.keys[slot, 0]:
                    numbers[found] = table.numbers[slot]
                    found += 1
            if size <= length:
                break
        bounds[piece - first + 1] = found
    return bounds, numbers[:found].copy(), totals


@compiled
def kept_runs(bounds: Any, runs: Any, column_of: Any) -> Any:
    """Return the columns of each piece's runs, without those that have none."""
    kept_bounds, kept = np.zeros(len(bounds), np.int64), np.empty(len(runs), np.int32)
    n = 0
    for piece in range(len(bounds) - 1):
        for i in range(bounds[piece], bounds[piece + 1]):
            if column_of[runs[i]] >= 0:
                kept[n] = column_of[runs[i]]
                n += 1
        kept_bounds[piece + 1] = n
    return kept_bounds, kept[:n].copy()


@compiled
def count_runs(pieces: Any, bounds: Any, run_bounds: Any, runs: Any, n_columns: int) -> Any:
    """Count the runs of texts.

    Parameters
    ----------
    pieces, bounds : ndarray
        Numbers of each text's pieces.
    run_bounds, runs : ndarray
        Columns of each piece's runs.
    n_columns : int

    Returns
    -------
    indptr : ndarray of int64, shape (n_texts + 1,)
    columns, counts : ndarray of int32
        Columns rise within a text.
    """
    n_texts = len(bounds) - 1
    most = 0
    for i in range(len(pieces)):
        most += run_bounds[pieces[i] + 1] - run_bounds[pieces[i]]
    indptr, columns, counts = (
        np.zeros(n_texts + 1, np.int64),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
    )
    times, bits, blocks = _tally(n_columns)
    n = 0
    for text in range(n_texts):
        for i in range(bounds[text], bounds[text + 1]):
            for k in range(run_bounds[pieces[i]], run_bounds[pieces[i] + 1]):
                _count(times, bits, blocks, runs[k], 1)
        n = _settle(times, bits, blocks, columns, counts, n)
        indptr[text + 1] = n
    return indptr, columns[:n].copy(), counts[:n].copy()


@inlined
def _count(times: Any, bits: Any, blocks: Any, column: Any, count: int) -> None:
    """Count a column of the text at hand, and note it in two levels of bits, by which columns come out sorted."""
    bits[column >> 6] |= _ONE << np.uint64(column & 63)
    blocks[column >> 12] |= _ONE << np.uint64((column >> 6) & 63)
    times[column] += count


@inlined
def _lowest(bits: Any) -> Any:
    """Return the place of the lowest bit that is set, by a de Bruijn sequence."""
    return _PLACES[((bits & (~bits + _ONE)) * _SEQUENCE) >> np.uint64(58)]


@compiled
def _settle(times: Any, bits: Any, blocks: Any, columns: Any, counts: Any, n: int) -> int:
    """Write the columns that were counted, rising, with their counts, from the n-th place on; forget them."""
    for i in range(len(blocks)):
        while blocks[i]:
            j = (i << 6) + _lowest(blocks[i])
            blocks[i] &= blocks[i] - _ONE
            while bits[j]:
                column = (j << 6) + _lowest(bits[j])
                bits[j] &= bits[j] - _ONE
                columns[n], counts[n] = column, times[column]
                times[column] = 0
                n += 1
    return n


@compiled
def _tally(n_columns: int) -> Any:
    """Return what `_count` counts with."""
    return (
        np.zeros(n_columns, np.int32),
        np.zeros((n_columns >> 6) + 1, np.uint64),
        np.zeros((n_columns >> 12) + 1, np.uint64),
    )


@compiled
def count_words(
    words: Any, word_bounds: Any, ends: Any, end_bounds: Any, column_of: Any, pairs: Any, n_columns: int
) -> Any:
    """Count the words, pairs and edges of texts that a vocabulary has.

    Parameters
    ----------
    words, word_bounds, ends, end_bounds
        Of `find_words` or `read_words`.
    column_of : ndarray of int32, shape (n_strings,)
        Of each string: its column, or -1.
    pairs : Pairs
        Of numbers of strings, each with its column.
    n_columns : int

    Returns
    -------
    As in `count_runs`.
    """
    n_texts = len(word_bounds) - 1
    by_pairs, pair_slots = pairs.used[0] > 0, pairs.slots
    most = len(words) * (2 if by_pairs else 1) + len(ends)
    indptr, columns, counts = (
        np.zeros(n_texts + 1, np.int64),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
    )
    times, bits, blocks = _tally(n_columns)
    n = 0
    for text in range(n_texts):
        earlier = np.int64(-1)
        for i in range(word_bounds[text], word_bounds[text + 1]):
            word = np.int64(words[i])
            if word >= 0:
                if column_of[word] >= 0:
                    _count(times, bits, blocks, column_of[word], 1)
                if by_pairs and earlier >= 0:
                    slot = _pair_slot(pair_slots, _pair(earlier, word))
                    if pair_slots[slot, 0]:
                        _count(times, bits, blocks, np.int32(pair_slots[slot, 1]), 1)
            earlier = word
        if len(ends):
            for i in range(end_bounds[text], end_bounds[text + 1]):
                if ends[i] >= 0 and column_of[ends[i]] >= 0:
                    _count(times, bits, blocks, column_of[ends[i]], 1)
        n = _settle(times, bits, blocks, columns, counts, n)
        indptr[text + 1] = n
    return indptr, columns[:n].copy(), counts[:n].copy()


@compiled
def string_frequencies(words: Any, bounds: Any, first_text: int, df: Any, seen: Any) -> None:
    """Count in how many texts strings stand; `seen` is the last text that had one, counted from `first_text`."""
    for text in range(len(bounds) - 1):
        for i in range(bounds[text], bounds[text + 1]):
            if seen[words[i]] != first_text + text:
                seen[words[i]] = first_text + text
                df[words[i]] += 1


@compiled
def pair_frequencies(
    words: Any, bounds: Any, first_text: int, pairs: Any, part: int, n_parts: int, start: int
) -> int:
    """Count in how many texts pairs of words stand, of those pairs that fall to one of several parts.

    Of a pair is kept, in the lower half, in how many texts it stands and, in
    the upper one, 1 more than the last of them, counted from `first_text`.
    Pairs that are not in the table are put in. Returns the text before which
    the room for them ran out, or the number of texts.
    """
    n_texts = len(bounds) - 1
    slots, used = pairs.slots, pairs.used[0]
    last = n_texts
    for text in range(start, n_texts):
        begin, end = bounds[text], bounds[text + 1]
        if 2 * (used + end - begin) > len(slots):
            last = text
            break
        here = np.uint64(first_text + text + 1) << _HALF
        for i in range(begin + 1, end):
            pair = _pair(words[i - 1], words[i])
            if n_parts > 1 and (_pair_hash(pair) >> np.uint64(40)) % np.uint64(n_parts) != np.uint64(part):
                continue
            slot = _pair_slot(slots, pair)
            if not slots[slot, 0]:
                slots[slot, 0] = pair
                used += 1
            kept = slots[slot, 1]
            if (kept ^ here) >> _HALF:
                slots[slot, 1] = here | ((kept & _NUMBER) + _ONE)
    pairs.used[0] = used
    return last


@compiled
def run_frequencies(
    pieces: Any, bounds: Any, first_text: int, run_bounds: Any, runs: Any, df: Any, seen: Any
) -> None:
    """Count in how many texts the runs of pieces stand; `seen` as in `string_frequencies`."""
    for text in range(len(bounds) - 1):
        for i in range(bounds[text], bounds[text + 1]):
            for k in range(run_bounds[pieces[i]], run_bounds[pieces[i] + 1]):
                if seen[runs[k]] != first_text + text:
                    seen[runs[k]] = first_text + text
                    df[runs[k]] += 1


@compiled
def taken(indptr: Any, columns: Any, counts: Any, texts: Any, column_of: Any) -> Any:
    """Take some rows and some columns of a matrix of counts.

    Parameters
    ----------
    indptr, columns, counts : ndarray
    texts : ndarray of int64
        The rows, in the order in which they are wanted.
    column_of : ndarray of int32
        Of each column its new place, rising, or -1.

    Returns
    -------
    indptr, columns, counts : ndarray
    """
    most = 0
    for text in texts:
        most += indptr[text + 1] - indptr[text]
    ptr = np.zeros(len(texts) + 1, np.int64)
    new_columns, new_counts = np.empty(most, np.int32), np.empty(most, np.int32)
    n = 0
    for row in range(len(texts)):
        for i in range(indptr[texts[row]], indptr[texts[row] + 1]):
            column = column_of[columns[i]]
            if column >= 0:
                new_columns[n], new_counts[n] = column, counts[i]
                n += 1
        ptr[row + 1] = n
    return ptr, new_columns[:n].copy(), new_counts[:n].copy()


@compiled
def frequencies(indptr: Any, columns: Any, texts: Any, n_columns: int) -> Any:
    """Count in how many of some rows each column stands."""
    df = np.zeros(n_columns, np.int64)
    for text in texts:
        for i in range(indptr[text], indptr[text + 1]):
            df[columns[i]] += 1
    return df


@compiled
def weight(indptr: Any, columns: Any, counts: Any, idf: Any, logs: Any, values: Any) -> None:
    """Fill in TF-IDF values, rows scaled to length 1; `logs` are 1 + ln of each count."""
    for text in range(len(indptr) - 1):
        squares = 0.0
        for i in range(indptr[text], indptr[text + 1]):
            value = logs[counts[i]] * np.float64(idf[columns[i]])
            values[i] = value
            squares += value * value
        scale = np.sqrt(squares)
        for i in range(indptr[text], indptr[text + 1]):
            values[i] /= scale


@compiled
def product(indptr: Any, columns: Any, values: Any, weights: Any) -> Any:
    """Multiply a sparse matrix by a dense one, adding in the order of the columns."""
    n_texts, n_outputs = len(indptr) - 1, weights.shape[1]
    result = np.zeros((n_texts, n_outputs))
    for text in range(n_texts):
        for i in range(indptr[text], indptr[text + 1]):
            column, value = columns[i], values[i]
            for k in range(n_outputs):
                result[text, k] += value * np.float64(weights[column, k])
    return result


@compiled
def likeness(indptr: Any, columns: Any, values: Any, distance: int, keep: Any, place: Any) -> Any:
    """Return the cosine of each row with the one so many rows before it, see `topics.features.tfidf.Rows`."""
    n_texts = len(indptr) - 1
    result, norms = np.zeros(n_texts), np.full(n_texts, -1.0)
    for text in range(distance, n_texts):
        if place[text] < distance:
            continue
        for row in (text, text - distance):
            if norms[row] < 0:
                squares = 0.0
                for i in range(indptr[row], indptr[row + 1]):
                    if keep[columns[i]]:
                        squares += values[i] * values[i]
                norms[row] = np.sqrt(squares)
        i, i_end = indptr[text], indptr[text + 1]
        j, j_end = indptr[text - distance], indptr[text - distance + 1]
        total = 0.0
        while i < i_end and j < j_end:
            if columns[i] < columns[j]:
                i += 1
            elif columns[i] > columns[j]:
                j += 1
            else:
                if keep[columns[i]]:
                    total += values[i] * values[j]
                i += 1
                j += 1
        scale = norms[text] * norms[text - distance]
        if scale > 0:
            result[text] = total / scale
    return result


@compiled
def sums(numbers: Any, bounds: Any, values: Any) -> Any:
    """Add up for each text what its words or pieces are worth; one that was not found (-1) is worth nothing."""
    result = np.zeros(len(bounds) - 1, np.int64)
    for text in range(len(bounds) - 1):
        for i in range(bounds[text], bounds[text + 1]):
            if numbers[i] >= 0:
                result[text] += values[numbers[i]]
    return result


@compiled
def shape_counts(characters: Any, bounds: Any, classes: Any, sets: Any) -> Any:
    """Count what the shape of each text is made of, see `topics.features.shape.COUNTED`.

    Parameters
    ----------
    characters, bounds, classes
        As in `read_words`.
    sets : tuple of ndarray of uint32
        The characters that end a sentence, a question, a bracket, and open a quotation, a bracket.
    """
    ends_sentence, ends_question, ends_bracket, opens_quotation, opens_bracket = sets
    n_texts = len(bounds) - 1
    result = np.zeros((n_texts, 16), np.int64)
    for text in range(n_texts):
        first, last = bounds[text], bounds[text + 1]
        while first < last and classes[characters[first]] & SPACE:
            first += 1
        while last > first and classes[characters[last - 1]] & SPACE:
            last -= 1
        if first == last:
            continue
        letters, capitals, digits, n_words, capital_words, all_upper = 0, 0, 0, 0, 0, 1
        outside = True
        for i in range(first, last):
            entry = classes[characters[i]]
            if entry & SPACE:
                outside = True
                continue
            capital = 1 if entry & CAPITAL else 0
            if outside:
                n_words += 1
                capital_words += capital
                outside = False
            capitals += capital
            letters += 1 if entry & LETTER else 0
            digits += 1 if entry & DIGIT else 0
            all_upper &= 1 if entry & UPPER else 0
        row = result[text]
        row[0] = last - first
        row[1] = _among(characters[last - 1], ends_sentence)
        row[2] = _among(characters[last - 1], ends_question)
        row[3] = characters[last - 1] == 58  # a colon
        row[4] = _among(characters[last - 1], ends_bracket)
        row[5], row[6], row[7] = capitals, letters, digits
        row[8] = _among(characters[first], opens_quotation)
        row[9] = _among(characters[first], opens_bracket)
        row[10] = _asks(characters, first, last, classes)
        row[11] = _names_speaker(characters, first, last, classes)
        row[12] = n_words
        row[13] = 1 if classes[characters[first]] & SMALL else 0
        row[14] = capital_words
        row[15] = 1 if letters and capitals and all_upper else 0
    return result


@compiled
def _among(character: Any, some: Any) -> int:
    for other in some:
        if character == other:
            return 1
    return 0


@compiled
def _asks(characters: Any, first: int, last: int, classes: Any) -> int:
    """Whether a text begins with the word Q or QUESTION."""
    word = (81, 85, 69, 83, 84, 73, 79, 78)
    n = 0
    while n < 8 and first + n < last and characters[first + n] == word[n]:
        n += 1
        if (n == 1 or n == 8) and (first + n == last or not classes[characters[first + n]] & WORD):
            return 1
    return 0


@compiled
def _names_speaker(characters: Any, first: int, last: int, classes: Any) -> int:
    """Whether a text begins with 2 to 41 characters without small ASCII letters or digits, and a colon."""
    if not classes[characters[first]] & WORD or not _may_name(characters[first], classes):
        return 0
    i = first + 1
    while i < last and i - first <= 40 and _may_name(characters[i], classes):
        i += 1
    return 1 if i - first >= 2 and i < last and characters[i] == 58 else 0


@compiled
def _may_name(character: Any, classes: Any) -> bool:
    small = 97 <= character <= 122
    return not (small or character == 95 or character == 58 or classes[character] & DECIMAL)
