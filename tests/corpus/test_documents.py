from __future__ import annotations

import io
import sys

import pytest

from topics import InputError, read
from topics.corpus.documents import Line, join_pages

SENTENCES = [
    f"Sentence number {n} of the statement says that the two delegations will meet again in the spring to go on."
    for n in range(1, 40)
]

PAGE = f"""<!doctype html><html lang="en"><head><title>Talks to go on</title>
<meta name="date" content="2026-01-29"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport section of the site</a></li></ul></nav>
<div class="cookie-banner"><p>We use cookies to improve your visit. Accept all cookies?</p></div>
<article><h1>Talks to go on</h1>
<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p><p>{SENTENCES[3]}</p>
<p>The price is 5 &lt; 6 &amp; “rising”.</p></article>
<aside><h3>Related stories</h3><ul><li><a href="/1">Ten things you did not know</a></li></ul></aside>
<footer>All rights reserved by nobody</footer></body></html>"""


def test_html_keeps_the_article_only(tmp_path):
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    briefing = read(tmp_path / "a.html")
    assert briefing.title == "Talks to go on" and briefing.date == "2026-01-29"
    assert SENTENCES[0] in briefing.texts and SENTENCES[3] in briefing.texts
    assert any("5 < 6 & “rising”" in text for text in briefing.texts)
    whole = " ".join(briefing.texts)
    assert not any(word in whole for word in ("cookies", "Sport section", "Ten things", "rights reserved"))
    assert all(briefing.text[p.start : p.end] == p.text for p in briefing.paragraphs)


def test_html_without_an_article_is_refused(tmp_path):
    (tmp_path / "a.html").write_text("<html><body></body></html>", encoding="utf-8")
    with pytest.raises(InputError, match="holds no article text"):
        read(tmp_path / "a.html")


def test_docx_keeps_headings_paragraphs_and_tables_in_order(tmp_path):
    import docx

    document = docx.Document()
    document.add_heading("Weekly briefing", 1)
    document.add_paragraph("First paragraph.")
    table = document.add_table(rows=1, cols=4)
    for column, text in enumerate(["Syria", "3", "3", "merged"]):
        table.cell(0, column).text = text
    table.cell(0, 2).merge(table.cell(0, 3))
    document.add_paragraph("Last paragraph.")
    document.core_properties.title = "Briefing"
    document.save(tmp_path / "a.docx")
    briefing = read(tmp_path / "a.docx")
    assert briefing.texts == ["Weekly briefing", "First paragraph.", "Syria\t3\t3\nmerged", "Last paragraph."]
    assert briefing.title == "Briefing"
    assert all(briefing.text[p.start : p.end] == p.text for p in briefing.paragraphs)


def make_pdf(path, paragraphs, encrypt=None):
    """Set paragraphs as a word processor would, with a running head and page numbers."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    def furniture(canvas, document):
        canvas.drawString(72, 760, "Ministry of Foreign Affairs - Weekly briefing")
        canvas.drawString(300, 30, f"Page {document.page}")

    style = getSampleStyleSheet()["Normal"]
    story = []
    for text in paragraphs:
        story += [Paragraph(text, style), Spacer(1, 10)]
    SimpleDocTemplate(str(path), pagesize=(612, 792), encrypt=encrypt).build(
        story, onFirstPage=furniture, onLaterPages=furniture
    )


def test_pdf_joins_lines_and_drops_running_heads(tmp_path):
    paragraphs = [" ".join(SENTENCES[n : n + 3]) for n in range(0, 39, 3)] * 2
    make_pdf(tmp_path / "a.pdf", paragraphs)
    briefing = read(tmp_path / "a.pdf")
    found = [" ".join(text.split()) for text in briefing.texts]
    assert found == paragraphs
    assert all(briefing.text[p.start : p.end] == p.text for p in briefing.paragraphs)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_damaged_document_is_refused(tmp_path, kind):
    (tmp_path / f"a.{kind}").write_bytes(
        b"%PDF-1.4 nothing more" if kind == "pdf" else b"PK\x03\x04 nothing more"
    )
    with pytest.raises(InputError, match="is not a readable"):
        read(tmp_path / f"a.{kind}")


def test_a_locked_pdf_is_refused(tmp_path):
    from reportlab.lib.pdfencrypt import StandardEncryption

    make_pdf(tmp_path / "a.pdf", ["Secret."], encrypt=StandardEncryption("password", strength=40))
    with pytest.raises(InputError, match=r"locked with a password|not a readable PDF"):
        read(tmp_path / "a.pdf")


def test_a_pdf_of_pictures_is_refused(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(100, 100, 50, 50)
    canvas.save()
    (tmp_path / "a.pdf").write_bytes(buffer.getvalue())
    with pytest.raises(InputError, match="holds no text"):
        read(tmp_path / "a.pdf")


def test_a_number_alone_is_kept_where_it_is_no_page_number():
    page = [Line("2010", 700.0, 10.0), Line("A line.", 670.0, 10.0), Line("2011", 600.0, 10.0)]
    assert {"2010", "2011"} <= set(join_pages([page]).split())


def test_lines_of_pages_are_joined_by_their_gaps():
    def page(texts, gaps):
        y, lines = 700.0, []
        for text, gap in zip(texts, gaps, strict=True):
            y -= gap
            lines.append(Line(text, y, 10.0))
        return lines

    first = page(
        ["The Daily 1", "A line that goes", "on in the next.", "Another para-", "1"], [0, 30, 12, 24, 34]
    )
    second = page(["The Daily 2", "graph, cut by the page.", "2"], [0, 30, 70])
    assert join_pages([first, second]) == (
        "A line that goes on in the next.\n\nAnother paragraph, cut by the page."
    )


@pytest.mark.parametrize(
    ("name", "module"), [("a.html", "trafilatura"), ("a.pdf", "pypdf"), ("a.docx", "docx")]
)
def test_a_missing_extra_is_answered_with_the_line_that_installs_it(tmp_path, monkeypatch, name, module):
    (tmp_path / name).write_bytes(b"<html>x</html>")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        InputError, match=r"extra 'documents', which is not installed; install it: pip install '"
    ):
        read(tmp_path / name)
