from __future__ import annotations

import gzip
import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import InputError, read, read_corpus
from topics.corpus import streams
from topics.corpus.readers import read_chunks, state_of
from topics.corpus.streams import Lines, read_line_chunks


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def collect(*paths, **options):
    errors = []
    return list(read_corpus(*paths, on_error=errors.append, **options)), [str(error) for error in errors]


def test_a_text_file_is_named_after_itself_and_split(tmp_path):
    briefing = read(write(tmp_path / "monday.txt", "One.\n\nTwo."))
    assert briefing.id == "monday"
    assert [(p.text, p.start, p.end) for p in briefing.paragraphs] == [("One.", 0, 4), ("Two.", 6, 10)]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.csv", "a.tsv"])
def test_text_forms_may_be_compressed(tmp_path, name):
    content = {
        "a.txt": "Hello there.",
        "a.md": "Hello there.",
        "a.jsonl": '{"id": "a", "text": "Hello there."}',
        "a.csv": "id,text\na,Hello there.",
        "a.tsv": "id\ttext\na\tHello there.",
    }[name].encode()
    (tmp_path / name).write_bytes(content)
    with gzip.open(tmp_path / f"{name}.gz", "wb") as file:
        file.write(content)
    assert read(tmp_path / name) == read(tmp_path / f"{name}.gz")
    assert read(tmp_path / name).texts == ["Hello there."]


def test_a_cut_gzip_file_is_named(tmp_path):
    whole = gzip.compress(b'{"id": "a", "text": "Hello"}\n' * 1000)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="not a whole gzip file"):
        list(read_corpus(tmp_path / "a.jsonl.gz"))


def test_a_folder_is_read_by_name_with_its_subfolders(tmp_path):
    (tmp_path / "b").mkdir()
    write(tmp_path / "b" / "x.txt", "X")
    write(tmp_path / "a.md", "A")
    write(tmp_path / "notes.xyz", "passed over")
    write(tmp_path / ".hidden.txt", "passed over")
    assert [briefing.id for briefing in read_corpus(tmp_path)] == ["a", "b/x"]


def test_standard_input_is_recognised_by_its_first_bytes(monkeypatch):
    def briefings(data: bytes):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
        return list(read_corpus("-"))

    assert briefings(b"One.\n\nTwo.")[0].texts == ["One.", "Two."]
    assert [b.id for b in briefings(b'{"id": "a", "text": "A"}\n{"id": "b", "text": "B"}\n')] == ["a", "b"]


def test_json_lines_keep_what_they_do_not_know(tmp_path):
    record = {
        "id": 7,
        "title": "T",
        "date": "2026-01-29",
        "source": "Wire",
        "paragraphs": ["plain", {"text": "rich", "label": "x", "speaker": "Q"}],
    }
    briefing = read(write(tmp_path / "a.jsonl", json.dumps(record)))
    assert (briefing.id, briefing.title, briefing.date) == ("7", "T", "2026-01-29")
    assert briefing.metadata == {"source": "Wire"}
    assert briefing.labels == [None, "x"]
    assert briefing.paragraphs[1].metadata == {"speaker": "Q"}
    assert briefing.paragraphs[0].start is None


def test_a_whole_document_label_makes_one_paragraph(tmp_path):
    briefing = read(
        write(tmp_path / "a.jsonl", json.dumps({"id": "a", "text": "One.\n\nTwo.", "label": "x"}))
    )
    assert [(p.text, p.start, p.end, p.label) for p in briefing.paragraphs] == [("One.\n\nTwo.", 0, 10, "x")]


def test_given_paragraphs_are_never_split_or_joined(tmp_path):
    texts = ["One.\n\nTwo.", "", "  three  "]
    assert read(write(tmp_path / "a.jsonl", json.dumps({"id": "a", "paragraphs": texts}))).texts == texts


def test_a_broken_line_does_not_cost_the_others(tmp_path):
    lines = [json.dumps({"id": f"r{n}", "text": "Text."}) for n in range(1, 21)]
    lines[16] = '{"id": "r17", "text": '
    briefings, errors = collect(write(tmp_path / "s.jsonl", "\n".join(lines)))
    assert len(briefings) == 19
    assert len(errors) == 1 and f"{tmp_path / 's.jsonl'}:17: is not valid JSON" in errors[0]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "a"}', "has no 'text'"),
        ('{"text": "a"}', "has no 'id'"),
        ('{"id": "a", "text": ""}', "'text' is empty"),
        ('{"id": "a", "text": 3}', "'text' is a number"),
        ('{"id": "a", "paragraphs": "x"}', "'paragraphs' is a text"),
        ('{"id": "a", "paragraphs": []}', "'paragraphs' is empty"),
        ('{"id": "a", "paragraphs": [{"label": "x"}]}', "paragraph 0: has no 'text'"),
        ('{"id": "a", "paragraphs": [{"text": "t", "label": 1.5}]}', "'label' is a number"),
        ('{"id": "a", "text": "t", "paragraphs": ["t"]}', "both 'text' and 'paragraphs'"),
        ('["a"]', "not an object"),
        ('{"id": "a", "text": "t", "score": NaN}', "NaN is not a JSON number"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_record_is_named_with_its_line(tmp_path, line, problem):
    good = '{"id": "good", "text": "Text."}'
    briefings, errors = collect(write(tmp_path / "s.jsonl", f"{good}\n\n{line}\n{good}\n"))
    assert len(briefings) == 2
    assert len(errors) == 1
    assert "s.jsonl:3: " in errors[0] and problem in errors[0]
    assert "\n" not in errors[0]


def test_half_characters_are_replaced_one_for_one(tmp_path):
    briefing = read(write(tmp_path / "a.jsonl", '{"id": "a", "text": "x\\ud800y"}'))
    assert briefing.texts == ["x\ufffdy"]


def test_a_table_has_a_briefing_a_row(tmp_path):
    briefings, errors = collect(
        write(tmp_path / "a.csv", 'id,text,outlet\n1,"One, two.",W\n2,,W\n3,Three.,\n')
    )
    assert [(b.id, b.texts, dict(b.metadata)) for b in briefings] == [
        ("1", ["One, two."], {"outlet": "W"}),
        ("3", ["Three."], {}),
    ]
    assert len(errors) == 1 and "a.csv:3: has no 'text'" in errors[0]


def test_a_table_with_a_column_briefing_has_a_paragraph_a_row(tmp_path):
    text = "briefing\ttext\tlabel\ttitle\nb1\tOne.\tx\tT\nb1\tTwo.\t\tT\nb2\tThree.\ty\t\n"
    first, second = read_corpus(write(tmp_path / "a.tsv", text))
    assert (first.id, first.title, first.texts, first.labels) == ("b1", "T", ["One.", "Two."], ["x", None])
    assert (second.id, second.labels) == ("b2", ["y"])


def test_semicolons_of_european_spreadsheets_are_understood(tmp_path):
    assert read(write(tmp_path / "a.csv", "id;text\n1;Eins, zwei.\n")).texts == ["Eins, zwei."]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,2\n", "has no column 'text'"),
        ("text\nx\n", "has no column 'id'"),
        ("id,text\n1,a,b\n", "has 3 cells"),
    ],
)
def test_a_bad_table_is_named(tmp_path, text, problem):
    briefings, errors = collect(write(tmp_path / "a.csv", text))
    assert not briefings and len(errors) == 1 and problem in errors[0]


def test_parquet_is_read_as_the_same_table(tmp_path):
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.table(
        {"briefing": ["b1", "b1", "b2"], "text": ["One.", "Two.", "Three."], "label": ["x", None, "y"]}
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    assert [(b.id, b.texts, b.labels) for b in read_corpus(tmp_path / "a.parquet")] == [
        ("b1", ["One.", "Two."], ["x", None]),
        ("b2", ["Three."], ["y"]),
    ]
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    assert "not a readable Parquet file" in collect(tmp_path / "bad.parquet")[1][0]


def test_split_keeps_only_that_part(tmp_path):
    rows = "".join(json.dumps({"id": s, "text": s, "split": s}) + "\n" for s in ("train", "val", "test"))
    path = write(tmp_path / "a.jsonl", rows)
    assert [b.id for b in read_corpus(path, split=["train", "val"])] == ["train", "val"]
    with pytest.raises(InputError, match="no briefing has the split dev; there is: test, train, val"):
        list(read_corpus(path, split="dev"))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("none.txt", "no such file or folder"),
        ("empty", "holds no file that can be read"),
        ("empty.txt", "is empty"),
        ("blank.txt", "is empty"),
        ("x.exe", "is of a kind that cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path, name, problem):
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty.txt", "")
    write(tmp_path / "blank.txt", " \n\n ")
    write(tmp_path / "x.exe", "x")
    with pytest.raises(InputError, match=problem) as caught:
        read(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value) and "\n" not in str(caught.value)


def test_a_stream_is_not_held_in_memory():
    """The first briefing comes before the second megabyte is asked for."""

    class Endless(io.RawIOBase):
        given = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            line = b'{"id": "a", "text": "Text."}\n'
            data = (line * (len(buffer) // len(line) + 1))[: len(buffer) // len(line) * len(line)]
            buffer[: len(data)] = data
            self.given += len(data)
            return len(data)

    stream = Endless()
    assert next(next(read_line_chunks(io.BufferedReader(stream), "x")).briefings()).id == "a"
    assert stream.given < 1_000_000


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_paragraphs_come_back_as_they_were_written(texts):
    line = json.dumps({"id": "a", "paragraphs": texts}).encode() + b"\n"
    (chunk,) = read_line_chunks(io.BytesIO(line), "x")
    (briefing,) = chunk.briefings()
    assert briefing.texts == texts


def test_source_and_split_of_a_paragraph_table_belong_to_the_briefing(tmp_path):
    text = "briefing,text,label,split,source\nb1,One.,x,train,W\nb1,Two.,y,train,W\nb2,Three.,x,test,W\n"
    path = write(tmp_path / "a.csv", text)
    assert [b.id for b in read_corpus(path, split="train")] == ["b1"]
    assert read(write(tmp_path / "b.csv", text.split("b2")[0])).metadata == {"split": "train", "source": "W"}


def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path):
    briefings, errors = collect(write(tmp_path / "a.csv", 'id,text\n1,One.\n2,"Two\n3,Three.\n'))
    assert [b.id for b in briefings] == ["1"]
    assert len(errors) == 1 and "a quotation mark is never closed" in errors[0]


def test_metadata_come_out_as_json_whatever_they_were(tmp_path):
    line = '{"id": "a", "text": "t", "x\\ud800": ["\\udfff", 1e999, {"k": true}]}'
    metadata = read(write(tmp_path / "a.jsonl", line)).metadata
    assert metadata == {"x\ufffd": ["\ufffd", None, {"k": True}]}


def test_one_bad_byte_far_down_costs_one_line(tmp_path):
    lines = [json.dumps({"id": n, "text": "Text."}).encode() for n in range(3000)]
    lines[2500] = b'{"id": 1, "text": "a\x00b"}'
    lines[2600] = '{"id": 2, "text": "Señor"}'.encode("windows-1252")
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    briefings, errors = collect(tmp_path / "a.jsonl")
    assert len(briefings) == 2999 and briefings[2599].texts == ["Señor"]
    assert len(errors) == 1 and ":2501: is not valid JSON" in errors[0]


def test_a_cut_utf16_stream_is_still_read(tmp_path):
    (tmp_path / "a.jsonl").write_bytes('{"id": "a", "text": "Text."}\n{"id": "b"'.encode("utf-16")[:-1])
    briefings, errors = collect(tmp_path / "a.jsonl")
    assert [b.id for b in briefings] == ["a"] and len(errors) == 1


def test_files_of_one_name_in_a_folder_keep_different_ids(tmp_path):
    for name in ("a.txt", "a.md", "b.txt"):
        write(tmp_path / name, "Text.")
    assert [briefing.id for briefing in read_corpus(tmp_path)] == ["a.md", "a.txt", "b"]


# Pieces of work


def lines_of(*ids, end="\n"):
    return "\n".join(json.dumps({"id": id, "text": "Tëxt."}, ensure_ascii=False) for id in ids) + end


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(streams, "CHUNK_SIZE", 100)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le"])
def test_chunks_are_whole_lines_in_any_encoding(small_chunks, encoding):
    data = lines_of(*range(1, 31), end="").encode(encoding)
    chunks = list(read_line_chunks(io.BytesIO(data), "x"))
    assert len(chunks) > 5 and [chunk.first for chunk in chunks[:2]] == [1, 1 + len(chunks[0])]
    assert sum(map(len, chunks)) == 30
    found = [briefing for chunk in chunks for briefing in chunk.briefings()]
    assert [(briefing.id, briefing.texts) for briefing in found] == [
        (str(n), ["Tëxt."]) for n in range(1, 31)
    ]


def test_an_error_names_its_line_in_whatever_chunk_it_is(small_chunks, tmp_path):
    lines = lines_of(*range(30)).splitlines()
    lines[3], lines[17], lines[29] = "", "{broken", "[]"
    briefings, errors = collect(write(tmp_path / "s.jsonl", "\n".join(lines)))
    assert len(briefings) == 27
    assert [error.split(": ")[0] for error in errors] == [f"{tmp_path}/s.jsonl:18", f"{tmp_path}/s.jsonl:30"]


def test_a_binary_line_does_not_cost_the_others(tmp_path):
    good = lines_of("a").encode()
    (tmp_path / "s.jsonl").write_bytes(good * 2000 + bytes(range(11, 32)) + b"\xff\n" + good)
    briefings, errors = collect(tmp_path / "s.jsonl")
    assert len(briefings) == 2001
    assert len(errors) == 1 and "s.jsonl:2001: is binary data" in errors[0]


def test_what_follows_some_lines_keeps_its_numbers():
    lines = Lines(lines_of("a", "b", "c", end="").encode(), "utf-8", "x", 7)
    assert lines.after(0) == lines and len(lines) == 3
    assert [briefing.id for briefing in lines.after(2).briefings()] == ["c"]
    assert lines.after(2).first == 9 and len(lines.after(2)) == 1


@pytest.fixture
def mixed(tmp_path):
    """Inputs of all kinds, with errors among them."""
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder / "a.jsonl", lines_of(*range(20)) + "{broken\n\n")
    write(folder / "b.txt", "Text.")
    write(folder / "c.txt", "")
    write(folder / "d.csv", "id,text\n" + "".join(f"{n},Text.\n" for n in range(150)))
    return [folder, tmp_path / "none.txt", write(tmp_path / "e.jsonl", lines_of("e", end=""))]


def records(chunks):
    found = []
    for chunk in chunks:
        each = list(chunk.briefings()) if isinstance(chunk, Lines) else chunk
        found += [str(item) if isinstance(item, InputError) else item for item in each]
    return found


def test_chunks_hold_what_the_corpus_holds_in_its_order(mixed):
    chunks = list(read_chunks(*mixed))
    assert [len(chunk) for chunk in chunks] == [22, 64, 64, 25, 1]
    briefings, errors = collect(*mixed)
    found = records(chunks)
    assert [item for item in found if not isinstance(item, str)] == briefings
    assert [item for item in found if isinstance(item, str)] == errors


@pytest.mark.parametrize("after", [0, 1, 20, 21, 22, 23, 24, 100, 174, 175, 176])
def test_records_that_are_done_are_left_out(mixed, small_chunks, after):
    everything = [len(chunk) for chunk in read_chunks(*mixed)]
    rest = list(read_chunks(*mixed, after=after))
    assert sum(map(len, rest)) == sum(everything) - after
    n_empty = 1 if after < 22 else 0  # the empty line is a record, but no briefing
    found = records(rest)
    assert len(found) == sum(everything) - after - n_empty
    assert found == records(read_chunks(*mixed))[len(records(read_chunks(*mixed))) - len(found) :]


def test_a_change_of_an_input_is_seen(tmp_path):
    path = write(tmp_path / "a.txt", "Text.")
    before = state_of(path), state_of(tmp_path)
    assert (state_of(path), state_of(tmp_path)) == before
    write(tmp_path / "notes.xyz", "passed over")
    assert state_of(tmp_path) == before[1]
    write(tmp_path / "b.txt", "")
    assert state_of(tmp_path) != before[1] and state_of(path) == before[0]
    write(path, "Texts.")
    assert state_of(path) != before[0]
    path.unlink()
    assert state_of(path)["files"] == 0
