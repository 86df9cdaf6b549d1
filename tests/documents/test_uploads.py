"""What people may send: recognised by its content, kept apart, given back to be saved and nothing else."""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory
from PIL import Image
from pypdf import PdfReader, PdfWriter

from documents import uploads
from documents.uploads import UploadFault, UploadRefused, accept, clean_name, download, kept, upload_in
from tests.builders.uploads import image, pdf, sent

pytestmark = pytest.mark.usefixtures("folder")
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
JPEG, PNG, PDF = image("JPEG"), image(), pdf()
SECRET = b"<script>alert('canari')</script>"


def zipped(name: str, content: bytes) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, content)
    return written.getvalue()


def png_of(width: int, height: int, *, data: bytes = b"") -> bytes:
    """A picture that says how large it is, and little else."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    """The same picture, whose header lies."""
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4 :]


def pdf_with(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(PdfReader(BytesIO(PDF)))
    change(writer)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def with_script(writer: PdfWriter) -> None:
    writer._root_object.update(PdfReader(BytesIO(pdf())).trailer["/Root"])
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer._root_object[NameObject("/OpenAction")] = action


REFUSED = {
    "nothing": ("vide.pdf", b"", UploadFault.EMPTY),
    "one byte": ("un.png", b"\x89", UploadFault.MISNAMED),
    "EICAR as text": ("eicar.txt", EICAR, UploadFault.KIND),
    "EICAR as a program": ("eicar.com", EICAR, UploadFault.KIND),
    "EICAR as a PDF": ("eicar.pdf", EICAR, UploadFault.MISNAMED),
    "EICAR after a PDF header": ("eicar.pdf", b"%PDF-1.7\n" + EICAR, UploadFault.DAMAGED),
    "a page": ("page.html", HTML, UploadFault.KIND),
    "a page as a PDF": ("page.pdf", HTML, UploadFault.MISNAMED),
    "a page as a PNG": ("page.png", HTML, UploadFault.MISNAMED),
    "a page as a JPEG": ("page.jpg", HTML, UploadFault.MISNAMED),
    "a page after a PDF header": ("page.pdf", b"%PDF-1.7\n" + HTML, UploadFault.DAMAGED),
    "a page before a PDF": ("page.pdf", HTML + PDF, UploadFault.MISNAMED),
    "a page after a PDF": ("page.pdf", PDF + HTML, UploadFault.DAMAGED),
    "a page after a PNG header": ("page.png", b"\x89PNG\r\n\x1a\n" + HTML, UploadFault.DAMAGED),
    "a page after a JPEG header": ("page.jpg", b"\xff\xd8\xff" + HTML, UploadFault.DAMAGED),
    "a drawing": ("dessin.svg", SVG, UploadFault.KIND),
    "a drawing as a PNG": ("dessin.png", SVG, UploadFault.MISNAMED),
    "a drawing as a PDF": ("dessin.pdf", b'<?xml version="1.0"?>' + SVG, UploadFault.MISNAMED),
    "a GIF as a PNG": ("image.png", image("GIF"), UploadFault.MISNAMED),
    "a BMP": ("image.bmp", image("BMP"), UploadFault.KIND),
    "a WebP as a JPEG": ("image.jpg", image("WEBP"), UploadFault.MISNAMED),
    "a TIFF as a JPEG": ("image.jpeg", image("TIFF"), UploadFault.MISNAMED),
    "a PNG as a PDF": ("image.pdf", PNG, UploadFault.MISNAMED),
    "a PDF as a PNG": ("image.png", PDF, UploadFault.MISNAMED),
    "a JPEG as a PNG": ("image.png", JPEG, UploadFault.MISNAMED),
    "an archive": ("archive.zip", zipped("a.html", HTML), UploadFault.KIND),
    "an archive as a PDF": ("archive.pdf", zipped("a.html", HTML), UploadFault.MISNAMED),
    "an archive after a PDF": ("archive.pdf", PDF + zipped("a.html", HTML), UploadFault.DAMAGED),
    "a macro document": ("note.docm", zipped("word/vbaProject.bin", b"x"), UploadFault.KIND),
    "a PDF that is a program": ("note.pdf.exe", PDF, UploadFault.KIND),
    "a program that is a PDF": ("note.exe.pdf", b"MZ\x90\x00" + PDF, UploadFault.MISNAMED),
    "a name turned round": ("note\u202efdp.exe", PDF, UploadFault.KIND),
    "a name cut by a zero": ("note.pdf\x00.html", PDF, UploadFault.KIND),
    "no extension": ("note", PDF, UploadFault.KIND),
    "half a PDF": ("note.pdf", PDF[: len(PDF) // 2], UploadFault.DAMAGED),
    "half a PNG": ("image.png", image(size=(400, 400))[:-40], UploadFault.DAMAGED),
    "half a JPEG": ("image.jpg", image("JPEG", (400, 400))[:-400], UploadFault.DAMAGED),
    "a PDF whose table is elsewhere": ("note.pdf", PDF.replace(b"startxref\n", b"startxref\n9"), UploadFault.DAMAGED),
    "a PDF with a script": ("note.pdf", pdf_with(with_script), UploadFault.ACTIVE),
    "a PDF with a file": ("note.pdf", pdf_with(lambda pdf: pdf.add_attachment("a.html", HTML)), UploadFault.ACTIVE),
    "a bomb of a thousand million points": ("image.png", png_of(40_000, 40_000), UploadFault.TOO_MANY_PIXELS),
    "a bomb that Pillow warns of": ("image.png", png_of(10_000, 10_000), UploadFault.TOO_MANY_PIXELS),
    "a bomb as a JPEG": ("image.jpg", jpeg_of(60_000, 60_000), UploadFault.TOO_MANY_PIXELS),
    "a PNG that says more than it shows": (
        "image.png",
        png_of(5000, 5000, data=zlib.compress(b"")),
        UploadFault.DAMAGED,
    ),
    "a byte too many": ("note.pdf", PDF + b"\x00" * (uploads.MAX_BYTES + 1 - len(PDF)), UploadFault.TOO_LARGE),
}
# Taken for what they are, less what else they were.
DISARMED = {
    "a picture with a page in it": ("image.png", PNG + HTML),
    "a photograph with a page behind it": ("image.jpg", JPEG + SECRET),
    "a photograph with a comment": ("image.jpg", image("JPEG", comment=SECRET)),
    "a photograph that is an archive too": ("image.jpg", JPEG + zipped("a.html", SECRET)),
    "a name with folders": ("../../etc/passwd.png", PNG),
    "a name with other folders": (r"C:\Windows\..\image.png", PNG),
    "a name in two lines": ("image\r\nSet-Cookie: a=b\r\n.png", PNG),
    "a name with quotes": ('a";filename="b.html".png', PNG),
    "a name that never ends": ("a" * 4000 + ".png", PNG),
    "an extension that never ends": ("page.html.php.PDF", PDF),
}


def is_inert(content: bytes) -> bool:
    return not any(mark in content.lower() for mark in (b"<script", b"<svg", b"<html", b"pk\x03\x04"))


def test_the_table_is_long_enough():
    assert len(REFUSED) + len(DISARMED) >= 40


@pytest.mark.parametrize(("name", "content", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_and_nothing_is_kept(folder, name, content, fault):
    with pytest.raises(UploadRefused) as refused:
        accept(SimpleUploadedFile(name, content))

    assert refused.value.fault == fault
    assert refused.value.sentence.endswith(".")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("name", "content"), DISARMED.values(), ids=DISARMED.keys())
def test_it_is_kept_as_what_it_is_and_nothing_else(name, content):
    upload = accept(SimpleUploadedFile(name, content))

    assert is_inert(upload.content)
    assert not {"/", "\\", "\r", "\n", "\x00"} & set(upload.name)
    assert len(upload.name) <= uploads.NAME_LENGTH


@pytest.mark.parametrize(
    ("name", "content"),
    [*((name, content) for name, content, _ in REFUSED.values()), *DISARMED.values()],
    ids=[*REFUSED, *DISARMED],
)
def test_whatever_is_sent_nothing_is_shown_in_our_origin(name, content):
    """Refused, or given back with all that keeps a browser from showing it."""
    try:
        upload = accept(SimpleUploadedFile(name, content))
    except UploadRefused:
        return
    with kept(upload, folder="x") as file:
        response = download(file)

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Type"] in {"application/pdf", "image/png", "image/jpeg"}
    assert response["Cache-Control"] == "no-store"


# What is taken


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("note.pdf", PDF, "application/pdf"),
        ("NOTE.PDF", PDF + b"\r\n", "application/pdf"),
        ("note.pdf", pdf_with(lambda writer: writer.add_metadata({"/Title": "Note"})), "application/pdf"),
        ("image.png", PNG, "image/png"),
        ("image.jpg", JPEG, "image/jpeg"),
        ("image.JPEG", image("JPEG", mode="CMYK"), "image/jpeg"),
        ("image.png", image(mode="P"), "image/png"),
        ("image.png", image(mode="LA"), "image/png"),
        ("image.png", image(mode="1"), "image/png"),
    ],
)
def test_a_sound_file_is_taken(name, content, media_type):
    upload = accept(SimpleUploadedFile(name, content))

    assert (upload.name, upload.media_type) == (name, media_type)
    assert (upload.size, upload.sha256) == (len(upload.content), hashlib.sha256(upload.content).hexdigest())


def test_a_pdf_is_kept_to_the_byte():
    assert accept(sent("note.pdf", PDF)).content == PDF


def test_an_incremental_pdf_is_taken():
    """As those that are signed."""
    writer = PdfWriter(BytesIO(PDF), incremental=True)
    writer.add_metadata({"/Title": "Note"})
    written = BytesIO()
    writer.write(written)

    assert accept(sent("note.pdf", written.getvalue())).content == written.getvalue()


def test_a_photograph_says_nothing_of_where_it_was_taken_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Chez Madame Vélasquez"  # turned a quarter
    exif.get_ifd(0x8825)[1] = "N"

    upload = accept(sent("photo.jpg", image("JPEG", (60, 20), exif=exif)))

    read = Image.open(BytesIO(upload.content))
    assert read.size == (20, 60)
    assert not read.getexif()
    assert b"Exif" not in upload.content


def test_a_large_photograph_is_made_smaller():
    upload = accept(sent("photo.jpg", image("JPEG", (6000, 3000), mode="L")))

    assert Image.open(BytesIO(upload.content)).size == (4000, 2000)


def test_sixteen_bits_of_grey_stay_grey():
    written = BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(written, "PNG")

    upload = accept(sent("radio.png", written.getvalue()))

    assert Image.open(BytesIO(upload.content)).getpixel((0, 0)) == 0x80


def test_what_is_clear_in_a_picture_stays_clear():
    written = BytesIO()
    Image.new("P", (4, 4)).save(written, "PNG", transparency=0)

    upload = accept(sent("schema.png", written.getvalue()))

    assert Image.open(BytesIO(upload.content)).convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Étude de cas.pdf", "Étude de cas.pdf"),
        ("E\u0301tude.pdf", "Étude.pdf"),
        ("../../x.pdf", "x.pdf"),
        (r"C:\x.pdf", "x.pdf"),
        ("..", "fichier"),
        ("", "fichier"),
        (".pdf", "fichier.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("a\u202eb.pdf", "ab.pdf"),
        ("  a   b .pdf", "a b.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("a." + "b" * 500, "a." + "b" * 10),
    ],
)
def test_a_name_is_one_line_without_folders(given, clean):
    assert clean_name(given) == clean


# Receiving


def request_with(content: bytes, *, name: str = "file"):
    return RequestFactory().post("/", {name: SimpleUploadedFile("note.pdf", content)})


def test_a_form_without_its_file_is_told_so():
    with pytest.raises(UploadRefused) as refused:
        upload_in(RequestFactory().post("/", {"file": "note.pdf"}), "file")

    assert refused.value.fault == UploadFault.MISSING
    assert uploads.optional_upload_in(RequestFactory().post("/"), "file") is None


def test_no_more_is_read_of_a_file_than_may_be_kept():
    request = request_with(PDF + b" " * uploads.MAX_BYTES)

    with pytest.raises(UploadRefused) as refused:
        upload_in(request, "file")

    assert refused.value.fault == UploadFault.TOO_LARGE
    assert "file" not in request.FILES
    with pytest.raises(UploadRefused):
        uploads.optional_upload_in(request, "file")


@pytest.mark.django_db
def test_a_request_larger_still_is_refused_unread(client):
    """Before anybody asks who sends it."""
    answer = client.post("/compte/connexion/", {"file": sent("note.pdf", b" " * uploads.MAX_REQUEST_BYTES)})

    assert answer.status_code == 400


@pytest.mark.django_db
def test_nor_are_eleven_files(client):
    answer = client.post("/compte/connexion/", {f"file_{rank}": sent() for rank in range(11)})

    assert answer.status_code == 400


# Keeping and giving back


def test_a_file_is_kept_under_a_random_name(folder):
    with kept(accept(sent("Étude.png")), folder="x") as file, kept(accept(sent("Étude.png")), folder="x") as twin:
        pass

    assert file.stored_name != twin.stored_name
    assert file.stored_name.startswith("x/")
    assert len(file.stored_name) == 42
    assert "tude" not in file.stored_name
    assert (folder / file.stored_name).read_bytes() == (folder / twin.stored_name).read_bytes()


def test_what_is_refused_within_is_not_kept(folder):
    with pytest.raises(LookupError), kept(accept(sent()), folder="x"):
        raise LookupError

    assert list((folder / "x").iterdir()) == []


def test_nobody_else_of_the_machine_reads_it(tmp_path, settings):
    from rncp31395.settings import STORAGES

    options = STORAGES["uploads"]["OPTIONS"] | {"location": tmp_path / "uploads"}
    settings.STORAGES = settings.STORAGES | {"uploads": STORAGES["uploads"] | {"OPTIONS": options}}

    with kept(accept(sent()), folder="x") as file:
        path = Path(storages["uploads"].path(file.stored_name))

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("note.png", 'attachment; filename="note.png"'),
        ('a"b.png', r'attachment; filename="a\"b.png"'),
        ("Étude.png", "attachment; filename*=utf-8''%C3%89tude.png"),
    ],
)
def test_it_is_saved_under_the_name_that_was_given(name, disposition):
    with kept(accept(sent(name)), folder="x") as file:
        assert download(file)["Content-Disposition"] == disposition


def test_a_file_that_has_gone_is_not_found(folder):
    with kept(accept(sent()), folder="x") as file:
        pass
    uploads.discard(file.stored_name)

    with pytest.raises(Http404):
        download(file)


def test_whether_a_file_is_the_one_that_was_sent(folder):
    with kept(accept(sent()), folder="x") as file:
        assert uploads.is_intact(file)

    (folder / file.stored_name).write_bytes(b"x" * file.size)
    assert not uploads.is_intact(file)

    uploads.discard(file.stored_name)
    assert not uploads.is_intact(file)


def test_the_files_of_a_folder_but_the_youngest():
    with kept(accept(sent()), folder="x") as file:
        pass
    now = datetime.now(tz=UTC)

    assert list(uploads.stored_names("x", before=now + timedelta(minutes=1))) == [file.stored_name]
    assert list(uploads.stored_names("x", before=now - timedelta(minutes=1))) == []
    assert list(uploads.stored_names("nowhere", before=now)) == []
