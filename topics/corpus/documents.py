"""Documents that are not plain text (HTML, PDF, DOCX) become text.

Each reader takes the bytes of one file and returns what stands in it for a
reader to read, paragraphs parted by blank lines. The libraries that do the
work come with the extra ``documents`` and are imported only when needed.
"""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from typing import NamedTuple

from topics.errors import InputError
from topics.extras import import_extra


class Document(NamedTuple):
    """What was read out of a document."""

    text: str
    title: str | None = None
    date: str | None = None


def read_html(data: bytes, where: str) -> Document:
    """Return the article of a web page, without navigation, cookie bars, related links.

    Parameters
    ----------
    data : bytes
        In any encoding; the page says which.
    where : str
        The file's name, for messages.

    Raises
    ------
    InputError
        If the page holds no article.
    """
    trafilatura = import_extra("trafilatura", "documents", where)
    page = trafilatura.bare_extraction(
        data,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
        deduplicate=False,
    )
    if page is None or not page.text or not page.text.strip():
        raise InputError(f"{where}: holds no article text; save the page of one article, or its text.")
    # The extraction ends every paragraph with a single line break.
    paragraphs = [line.strip() for line in page.text.splitlines() if line.strip()]
    title = page.title.strip() if page.title else None
    if title and title not in paragraphs:
        paragraphs.insert(0, title)
    return Document("\n\n".join(paragraphs), title, page.date)


def read_docx(data: bytes, where: str) -> Document:
    """Return the headings and paragraphs of a Word document, in order, tables row by row.

    Raises
    ------
    InputError
        If it is not a Word document or holds no text.
    """
    docx = import_extra("docx", "documents", where)
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception:  # python-docx passes on whatever its ZIP and XML readers raise
        raise InputError(
            f"{where}: is not a readable Word document (.docx); open it in a word processor and save it again."
        ) from None
    blocks: list[str] = []
    for item in document.iter_inner_content():
        if hasattr(item, "rows"):
            for row in item.rows:
                # A merged cell comes once for every column it spans.
                cells = {id(cell._tc): cell.text.strip() for cell in row.cells}.values()
                blocks.append("\t".join(cell for cell in cells if cell))
        else:
            blocks.extend(item.text.splitlines())
    text = "\n\n".join(block.strip() for block in blocks if block.strip())
    if not text:
        raise InputError(f"{where}: holds no text.")
    return Document(text, document.core_properties.title.strip() or None)


def read_pdf(data: bytes, where: str) -> Document:
    """Return the text of a PDF: lines joined to paragraphs, running heads and page numbers dropped.

    Raises
    ------
    InputError
        If it is not a readable PDF, is locked, or holds pictures of text only.
    """
    pypdf = import_extra("pypdf", "documents", where)
    import logging

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError(f"{where}: is locked with a password; save a copy without one.")
        pages = [_pdf_lines(page) for page in reader.pages]
        title = (reader.metadata.title or "").strip() if reader.metadata else ""
    except InputError:
        raise
    except Exception:  # pypdf raises many kinds on damaged files, not all its own
        raise InputError(f"{where}: is not a readable PDF; open it in a viewer and save it again.") from None
    text = join_pages(pages)
    if not text:
        raise InputError(f"{where}: holds no text, perhaps pictures of it; run text recognition (OCR) first.")
    # What programs write where nobody gave a title.
    return Document(text, None if title.strip("()").lower() in ("", "anonymous", "untitled") else title)


class Line(NamedTuple):
    """One line of a page: its text, the height of its baseline and its size in points."""

    text: str
    y: float
    size: float


def _pdf_lines(page: object) -> list[Line]:
    """Collect a page's text in lines, by the heights at which it is drawn."""
    lines: list[Line] = []
    pieces: list[str] = []
    place: list[float] = [0.0, 0.0]

    def end_line() -> None:
        text = re.sub(r"[ \t\u00a0]+", " ", "".join(pieces)).strip()
        if text:
            lines.append(Line(text, place[0], place[1]))
        pieces.clear()

    def visit(text: str, matrix: list[float], text_matrix: list[float], font: object, size: float) -> None:
        if not text:
            return
        y = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
        scale = abs(text_matrix[3] * matrix[3]) or 1.0
        for part in re.split(r"(\n)", text):
            if part == "\n":
                end_line()
            elif part:
                if not "".join(pieces).strip():
                    place[:] = [y, size * scale]
                pieces.append(part)

    page.extract_text(visitor_text=visit)  # type: ignore[attr-defined]
    end_line()
    return lines


def join_pages(pages: list[list[Line]]) -> str:
    """Join the lines of pages to paragraphs, parted by blank lines.

    A line that stands at one place at the top or bottom of most pages, page
    numbers apart, is a running head and goes. A paragraph ends where the gap below a line is
    larger than the page's usual one, where the size of the type changes, or
    where a line ends a sentence well short of the margin. At the end of a page
    it goes on if its last line stops in mid-sentence, or the next begins in
    lower case.
    """
    running = _running_heads(pages)
    paragraphs: list[str] = []
    goes_on = False
    for page in pages:
        lines = [
            line for i, line in enumerate(page) if not (_is_edge(i, len(page)) and _place(line) in running)
        ]
        if not lines:
            continue
        usual_gap = _usual_gap(lines)
        widest = max(len(line.text) for line in lines)
        for i, line in enumerate(lines):
            previous = lines[i - 1] if i else None
            if previous is None:
                joins = goes_on or line.text[0].islower()
            else:
                gap = previous.y - line.y
                joins = (
                    0 < gap <= 1.25 * usual_gap
                    and abs(previous.size - line.size) < 0.6
                    and not (
                        previous.text.endswith((".", "!", "?", '"', "”"))
                        and len(previous.text) < 0.7 * widest
                    )
                )
            if joins and paragraphs:
                paragraphs[-1] = _join_lines(paragraphs[-1], line.text)
            else:
                paragraphs.append(line.text)
        last = lines[-1].text
        goes_on = len(last) > 0.6 * widest and not last.endswith((".", "!", "?", ":", '"', "”"))
    return "\n\n".join(paragraphs)


def _join_lines(text: str, following: str) -> str:
    """Join two lines; a hyphen that parted a word at the line's end goes."""
    if re.search(r"[^\W\d_]-$", text) and following[0].islower():
        return text[:-1] + following
    return f"{text} {following}"


def _usual_gap(lines: list[Line]) -> float:
    gaps = Counter(round(a.y - b.y, 1) for a, b in itertools.pairwise(lines) if a.y > b.y)
    if not gaps:
        return 0.0
    most = max(gaps.values())
    return min(gap for gap, count in gaps.items() if count >= most / 2)


def _is_edge(index: int, n_lines: int) -> bool:
    return index < 2 or index >= n_lines - 2


def _running_heads(pages: list[list[Line]]) -> set[tuple[str, int]]:
    """Return what stands at the edge of more than half of the pages, at one height, numbers as #."""
    if len(pages) < 2:
        return set()
    at_edges = Counter(
        place
        for page in pages
        for place in {_place(line) for i, line in enumerate(page) if _is_edge(i, len(page))}
    )
    return {place for place, count in at_edges.items() if count >= 2 and count > len(pages) / 2}


def _place(line: Line) -> tuple[str, int]:
    """Return a line's text, numbers as #, and its height."""
    return re.sub(r"\d+", "#", line.text).casefold(), round(line.y)
