"""The command line as a user meets it: exit codes, streams, files, one line for each error."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ..conftest import labelled_briefing

TEXT = "The President of Syria met the delegation in Damascus.\n\nOn Iran, he said enrichment goes on.\n"


@pytest.fixture
def briefing(tmp_path):
    path = tmp_path / "monday.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def corpus_file(tmp_path):
    path = tmp_path / "corpus.jsonl"
    records = [
        {
            "id": b.id,
            "split": "test" if n >= 9 else "train",
            "paragraphs": [{"text": p.text, "label": p.label} for p in b.paragraphs],
        }
        for n, b in enumerate(map(labelled_briefing, range(12)))
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text


# classify


def test_classify_shows_a_table(run, briefing):
    code, out, err = run("classify", briefing)
    assert code == 0 and err == ""
    assert out.startswith("monday\n") and "Syria" in out and "Iran" in out and "Model: starter" in out
    assert "\x1b" not in out  # no colours where no terminal is


def test_classify_writes_every_format(run, briefing, tmp_path):
    code, out, _ = run("classify", briefing, "--format", "json")
    (result,) = json.loads(out)
    assert code == 0 and result["id"] == "monday"
    paragraphs = result["paragraphs"]
    assert [TEXT[p["start"] : p["end"]] for p in paragraphs] == [p["text"] for p in paragraphs]

    assert json.loads(run("classify", briefing, "-f", "jsonl")[1]) == result
    rows = list(csv.DictReader(io.StringIO(run("classify", briefing, "-f", "csv")[1])))
    assert [row["topic"] for row in rows] == [p["topic"] for p in paragraphs]
    assert run("classify", briefing, "-f", "html")[1].startswith("<!doctype html>")
    assert json.loads(run("classify", briefing, "-f", "ninjs")[1])["uri"] == "urn:topics:briefing:monday"


def test_the_outputs_name_chooses_the_format(run, briefing, tmp_path):
    for name, start in [
        ("a.jsonl", b"{"),
        ("a.csv", b"briefing,"),
        ("a.html", b"<!doctype"),
        ("a.json", b"["),
    ]:
        code, out, _ = run("classify", briefing, "-o", tmp_path / name)
        assert code == 0 and out == ""
        assert (tmp_path / name).read_bytes().startswith(start)


def test_a_broken_line_is_named_and_the_rest_is_done(run, tmp_path):
    stream = tmp_path / "s.jsonl"
    lines = [json.dumps({"id": str(n), "text": TEXT}) for n in range(1, 21)]
    lines[16] = "{broken"
    stream.write_text("\n".join(lines))
    code, out, err = run("classify", stream, "-f", "jsonl")
    assert code == 1 and len(out.splitlines()) == 19
    assert one_line(err) and f"{stream}:17: is not valid JSON" in err


def test_results_are_the_same_for_any_number_of_processes(run, tmp_path):
    stream = tmp_path / "s.jsonl"
    stream.write_text(
        "".join(json.dumps({"id": str(n), "text": TEXT * (n % 5 + 1)}) + "\n" for n in range(150))
    )
    alone = run("classify", stream, "-f", "jsonl")
    assert alone == run("classify", stream, "-f", "jsonl", "--jobs", "2")
    assert len(alone[1].splitlines()) == 150


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["{tmp}/none.txt"], 1, "none.txt: no such file or folder"),
        (["{tmp}/empty"], 1, "holds no file that can be read"),
        (["{tmp}/empty.txt"], 1, "is empty"),
        (["{tmp}/binary.txt"], 1, "is binary data"),
        (["{tmp}/broken.txt"], 1, "is not valid UTF-8"),
        (["{tmp}/page.html", "--model", "nope"], 2, "'nope' is not the name of a model; found: starter"),
        (["{tmp}/page.html", "--model", "startr"], 2, "Did you mean 'starter'?"),
        (["{tmp}/page.html", "--model", "./nope"], 1, "no such model folder"),
        (["{tmp}/page.html", "--format", "xml"], 2, "'xml' is not one of"),
        (["{tmp}/page.html", "--jobs", "0"], 2, "--jobs"),
        (["{tmp}/page.html", "--nonsense"], 2, "no such option: --nonsense"),
        ([], 2, "missing argument"),
        (["{tmp}/good.txt", "-o", "{tmp}/none/out.json"], 1, "cannot be written"),
        (["{tmp}/good.txt", "--split", "dev"], 1, "no briefing has the split dev"),
    ],
)
def test_bad_input_gets_one_line(run, tmp_path, arguments, code, problem):
    (tmp_path / "empty").mkdir()
    for name, data in {
        "empty.txt": b"", "binary.txt": bytes(range(256)), "broken.txt": b"\xe2\x80\x9cx\xe2\x80", "good.txt": b"Syria.",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    found, out, err = run("classify", *(str(argument).format(tmp=tmp_path) for argument in arguments))
    assert found == code
    assert one_line(err) and problem in err, err
    assert out == ""


def test_one_bad_file_among_good_ones(run, briefing, tmp_path):
    code, out, err = run("classify", tmp_path / "none.txt", briefing)
    assert code == 1 and "monday" in out and one_line(err)


def test_an_older_result_is_kept_when_the_new_one_fails(run, briefing, tmp_path, monkeypatch):
    out = tmp_path / "out.json"
    out.write_text("older")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = run("classify", briefing, "-o", out)
    assert code == 1 and one_line(err) and "No space left on device" in err
    assert out.read_text() == "older"


@pytest.fixture
def small_disk(tmp_path):
    """A real limit on the size of files, as on a full disk, for child processes."""
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    code = limit + "from topics.cli.app import main; main()"

    def run(*arguments, **options):
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)

    return run


def test_a_full_disk_while_writing_is_said_in_one_line(small_disk, tmp_path):
    stream, out = tmp_path / "s.jsonl", tmp_path / "out.jsonl"
    stream.write_text("".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(15)))
    out.write_text("older")
    result = small_disk("classify", stream, stream, stream, "-f", "json", "-o", out)
    assert result.returncode == 1 and one_line(result.stderr) and "cannot be written" in result.stderr
    assert out.read_text() == "older"
    assert sorted(os.listdir(tmp_path)) == ["out.jsonl", "s.jsonl"]


def test_standard_output_that_fails_is_said_in_one_line(briefing):
    for arguments in (["classify", briefing], ["--help"], ["--version"], ["models"]):
        with open("/dev/full", "w") as full:
            command = [sys.executable, "-m", "topics", *map(str, arguments)]
            result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        assert result.returncode == 1 and one_line(result.stderr), result.stderr
        assert "standard output: cannot be written" in result.stderr


def test_a_link_and_a_pipe_are_written_through(run, briefing, tmp_path):
    (tmp_path / "target.csv").write_text("older")
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    assert run("classify", briefing, "-o", tmp_path / "link.csv")[0] == 0
    assert (tmp_path / "link.csv").is_symlink() and (tmp_path / "target.csv").read_text().startswith(
        "briefing,"
    )
    assert run("classify", briefing, "-f", "csv", "-o", "/dev/null")[0] == 0
    assert not os.path.isfile("/dev/null")


def test_when_nothing_can_be_read_an_older_result_is_kept(run, tmp_path):
    (tmp_path / "out.json").write_text("older")
    (tmp_path / "empty.jsonl").write_text("")
    for path in ("none.txt", "empty.jsonl"):
        code, _, err = run("classify", tmp_path / path, "-o", tmp_path / "out.json")
        assert code == 1 and one_line(err)
        assert (tmp_path / "out.json").read_text() == "older"


def test_an_output_of_no_known_kind_or_that_is_an_input_is_refused(run, briefing, tmp_path):
    assert run("classify", briefing, "-o", tmp_path / "r.xlsx")[0] == 2
    assert run("classify", briefing, "-o", briefing)[0] == 2
    assert briefing.read_text(encoding="utf-8") == TEXT


def test_a_terminal_shows_no_bar_for_short_work(briefing):
    """In a real terminal: the first line is the briefing's."""
    import pty

    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "topics", "classify", str(briefing)],
        stdout=follower,
        stderr=follower,
        close_fds=True,
    )
    os.close(follower)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal closes when the program ends
        while data := os.read(leader, 4096):
            shown += data
    os.close(leader)
    assert process.wait(timeout=60) == 0
    assert shown.startswith(b"\x1b[1mmonday\x1b[0m\r\n") and "\u2501".encode() not in shown


# train, evaluate


def test_train_evaluate_classify(run, corpus_file, tmp_path):
    model = tmp_path / "mine"
    code, _, err = run("train", corpus_file, "--split", "train", "-o", model)
    assert code == 0 and "9 briefings" in err and "Held-out accuracy" in err
    code, out, err = run("evaluate", corpus_file, "--split", "test", "--model", model)
    assert code == 0 and err == ""
    assert (
        "precision" in out
        and "macro-F1" in out
        and "Pk" in out
        and "WindowDiff" in out
        and "confusion" in out
    )
    report = json.loads(run("evaluate", corpus_file, "--split", "test", "--model", model, "-f", "json")[1])
    assert report["briefings"] == 3 and report["accuracy"] > 0.9
    assert run("classify", corpus_file, "--model", model, "-f", "jsonl")[0] == 0
    assert "mine" in run("models", model)[1]


def test_train_with_a_test_corpus_shows_its_scores(run, corpus_file, tmp_path):
    code, out, _ = run("train", corpus_file, "-o", tmp_path / "m", "--test", corpus_file)
    assert code == 0 and "confusion" in out


def test_train_counts_words_of_an_unlabelled_corpus(run, corpus_file, tmp_path):
    (tmp_path / "more.txt").write_text("Rain came with wind.\n\nThe bank and the rate.")
    code, _, _ = run("train", corpus_file, "-o", tmp_path / "m", "--background", tmp_path / "more.txt")
    assert code == 0 and "background paragraphs 2" in (tmp_path / "m" / "README.md").read_text()


def test_evaluate_cross_validates(run, corpus_file, tmp_path):
    code, out, _ = run("evaluate", corpus_file, "--folds", "3", "-o", tmp_path / "scores.json")
    assert code == 0 and out == ""
    assert json.loads((tmp_path / "scores.json").read_text())["paragraphs"] == 96


def test_the_list_of_topics_beside_the_corpus_is_used(run, corpus_file, tmp_path):
    (tmp_path / "topics.toml").write_text("[weather]\n[mony]\n[boilerplate]\ncontent = false\n")
    code, _, err = run("train", corpus_file, "-o", tmp_path / "m")
    assert code == 1 and one_line(err)
    assert "'money' is not a topic" in err and "Did you mean 'mony'?" in err
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([], "has no labels"),
        ([{"id": "a", "text": "A text."}], "has no labels"),
        ([{"id": n, "text": "A text.", "label": "x"} for n in range(4)], "has one topic only, 'x'"),
        (
            [{"id": "a", "paragraphs": [{"text": "x", "label": "x"}, {"text": "y", "label": "y"}]}],
            "one labelled briefing",
        ),
    ],
)
def test_a_corpus_that_teaches_nothing(run, tmp_path, records, problem):
    path = tmp_path / "c.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    code, _, err = run("train", path, "-o", tmp_path / "m")
    assert code == 1 and one_line(err) and problem in err
    assert not (tmp_path / "m").exists()


def test_a_topic_that_occurs_once_is_a_warning(run, corpus_file, tmp_path):
    with corpus_file.open("a") as file:
        file.write(json.dumps({"id": "odd", "paragraphs": [{"text": "Cup final.", "label": "sport"}]}) + "\n")
    code, _, err = run("train", corpus_file, "-o", tmp_path / "m")
    assert code == 0 and err.startswith("warning: sport labelled once only")


def test_train_refuses_a_folder_of_other_files_before_any_work(run, corpus_file, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("years of work")
    code, _, err = run("train", corpus_file, "-o", tmp_path / "taken")
    assert code == 1 and one_line(err) and "holds other files" in err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--folds", "1"], 2),
        (["--folds", "3", "--model", "x"], 2),
        (["--topics", "t.toml"], 2),
        (["--folds", "99"], 1),
        (["-o", "scores.csv"], 2),
    ],
)
def test_evaluate_refuses_what_does_not_go_together(run, corpus_file, arguments, expected):
    code, out, err = run("evaluate", corpus_file, *arguments)
    assert code == expected and one_line(err) and out == ""


def test_ctrl_c_while_training_leaves_nothing(tmp_path):
    """A real process, a real signal."""
    corpus = tmp_path / "c.jsonl"
    text = " ".join(f"word{n}" for n in range(3000))
    with corpus.open("w") as file:
        for n in range(400):
            file.write(json.dumps({"id": n, "text": f"{n} {text}", "label": f"topic{n % 20}"}) + "\n")
    (tmp_path / "out").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "topics", "train", corpus, "-o", tmp_path / "out" / "m"],
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background has its children ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(2.5)
    assert process.poll() is None, "training ended before it was interrupted"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "interrupted; nothing was left half-written.\n"
    assert list((tmp_path / "out").iterdir()) == []


# explain, models, corpus


def test_explain_shows_parts_and_terms(run, briefing):
    code, out, _ = run("explain", briefing, "--paragraph", "0")
    assert (
        code == 0
        and "for:" in out
        and "against:" in out
        and "the order of topics after it" in out
        and "score" in out
    )
    result = json.loads(run("explain", briefing, "-f", "json")[1])
    for paragraph in result["paragraphs"]:
        assert sum(paragraph["parts"].values()) == pytest.approx(paragraph["score"])
    assert run("explain", briefing, "-f", "html")[1].startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["-p", "9"], 2), (["-p", "-1"], 2), (["--topic", "syira"], 1), (["-f", "csv"], 2)],
)
def test_explain_refuses_what_is_not_there(run, briefing, arguments, code):
    found, out, err = run("explain", briefing, *arguments)
    assert found == code and one_line(err) and out == ""


def test_models_are_listed_and_shown(run):
    code, out, _ = run("models")
    assert code == 0 and "starter" in out
    assert run("models", "starter")[1].startswith("# starter")


def test_models_in_the_current_folder_come_first(run, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model.save("models/starter")
    _, out, _ = run("models")
    assert "models/starter" in out and out.count("starter") == 2


def test_a_broken_model_is_named_and_the_others_are_listed(run, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model.save("models/broken")
    (tmp_path / "models" / "broken" / "bundle.json").write_text("{}")
    code, out, err = run("models")
    assert code == 1 and "starter" in out and one_line(err) and "models/broken" in err


def test_corpus_check_names_every_problem(run, corpus_file, tmp_path):
    assert run("corpus", "check", corpus_file) == (
        0,
        "12 briefings, 96 paragraphs, 96 labelled: no problems.\n",
        "",
    )
    with corpus_file.open("a") as file:
        file.write('{"id": "b0", "paragraphs": [{"text": "x", "label": "wether"}]}\n{"id": 3}\n')
    (tmp_path / "topics.toml").write_text("[weather]\n[money]\n[boilerplate]\n")
    code, out, err = run("corpus", "check", corpus_file)
    assert code == 1 and out == ""
    lines = err.splitlines()
    assert len(lines) == 4
    assert any("the id was used before" in line for line in lines)
    assert any("Did you mean 'weather'?" in line for line in lines)
    assert any(":14: has no 'text'" in line for line in lines)
    assert "3 problems" in lines[-1]


def test_corpus_stats_lists_likely_errors(run, corpus_file):
    lines = corpus_file.read_text().splitlines()
    record = json.loads(lines[4])
    record["paragraphs"][1]["label"] = "money"
    corpus_file.write_text("\n".join([*lines[:4], json.dumps(record), *lines[5:]]))
    code, out, _ = run("corpus", "stats", corpus_file, "--errors", "1")
    assert code == 0 and "b4, paragraph 1: labelled money, looks like weather" in out
    found = json.loads(run("corpus", "stats", corpus_file, "--errors", "1", "-f", "json")[1])["likely_errors"]
    assert [(doubt["briefing"], doubt["index"]) for doubt in found] == [("b4", 1)]


def test_corpus_stats_counts(run, corpus_file):
    code, out, _ = run("corpus", "stats", corpus_file)
    assert code == 0 and "12 briefings" in out and "weather" in out
    assert (
        json.loads(run("corpus", "stats", corpus_file, "-f", "json")[1])["topics"]["weather"]["paragraphs"]
        == 36
    )


# the command itself


def test_version(run):
    assert run("--version") == (0, "topics 0.1.0\n", "")


@pytest.mark.parametrize(
    "command",
    ["classify", "train", "evaluate", "explain", "report", "models", "corpus check", "corpus stats"],
)
def test_help_begins_with_what_it_does_and_an_example(run, command):
    code, out, _ = run(*command.split(), "--help")
    usage, _, summary, _, example = out.splitlines()[:5]
    assert code == 0 and usage.startswith(f"Usage: topics {command}")
    assert summary.strip().endswith(".") and example.strip().startswith(f"Example:  topics {command}")


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    stream = tmp_path / "s.jsonl"
    stream.write_text("".join(json.dumps({"id": n, "text": TEXT}) + "\n" for n in range(3000)))
    command = f"{sys.executable} -m topics classify {stream} -f jsonl | head -n 1"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120)
    assert result.stderr == "" and len(result.stdout.splitlines()) == 1


def test_shell_completion_offers_models():
    environment = os.environ | {
        "_TOPICS_COMPLETE": "complete_bash", "COMP_WORDS": "topics classify --model st", "COMP_CWORD": "3",
    }  # fmt: skip
    script = os.path.join(os.path.dirname(sys.executable), "topics")
    result = subprocess.run([script], env=environment, capture_output=True, text=True, timeout=60)
    assert "starter" in result.stdout


def test_statistics_of_nothing_readable_are_not_shown(run, tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"id": "a"')
    code, out, err = run("corpus", "stats", tmp_path / "bad.jsonl", "--duplicates", "3")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1 and "bad.jsonl:1: is not valid JSON" in err
