"""Pictures that strangers send: what is refused, and what is left of what is taken."""

import io
import struct
import threading
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import ExifTags, Image

from portal.pictures import reading
from portal.pictures.reading import PictureRefusedError, clean_picture
from portal.pictures.rules import LONGEST_SIDE, MOST_BYTES, Fault
from portal.pictures.scans import scans_of
from portal.pictures.storage import PrivateStorage

LONDON = {1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)}
SCRIPT = b"<html><script>alert(document.domain)</script></html>"


def picture(mode="RGB", size=(80, 60), colour=None, kind="JPEG", **options):
    made = io.BytesIO()
    Image.new(mode, size, colour if colour is not None else 0).save(made, kind, **options)
    return made.getvalue()


def with_gps(size=(80, 60), orientation=1):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "Her phone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(LONDON)
    return picture(size=size, exif=exif.tobytes(), comment=b"at home")


def archive():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
    return made.getvalue()


def huge_png(width, height):
    """Return a PNG that says it is so large, in a few dozen bytes."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def animation(kind):
    made = io.BytesIO()
    first, second = (Image.new("RGB", (40, 30), colour) for colour in ("red", "blue"))
    first.save(made, kind, save_all=True, append_images=[second], duration=100)
    return made.getvalue()


def with_scans(number):
    """Return a progressive JPEG that repeats one scan of a few bytes: it has so many of them in all."""
    content = picture("L", (640, 480), 128, progressive=True, quality=50)
    starts = [at for at in range(len(content)) if content[at : at + 2] == b"\xff\xda"]
    second = content[starts[1] : content.index(b"\xff\xc4", starts[1])]
    return content[: starts[1]] + second * (number - 1) + b"\xff\xd9"


def tiled(tiles, *, wide, says, kind=b"grid"):
    """Return an HEIC put together from one tile of 512 × 512, `wide` in truth, that says it is as large as `says`."""

    def box(name, *parts):
        data = b"".join(parts)
        return struct.pack(">I4s", len(data) + 8, name) + data

    def full(name, *parts, version=0, flags=0):
        return box(name, bytes([version]) + flags.to_bytes(3, "big"), *parts)

    def found(content, name):
        start = content.index(name) - 4
        return content[start : start + int.from_bytes(content[start : start + 4], "big")]

    plain = picture(size=(512, 512), kind="HEIF")
    tile = found(plain, b"mdat")[8:]
    sizes = [full(b"ispe", struct.pack(">II", side, side)) for side in (says, 512)]
    grid = bytes([0, 1, tiles - 1, tiles - 1]) + struct.pack(">II", wide, wide)
    if kind == b"iovl":
        grid = b"\0\1" + struct.pack(">HHHHIIii", 0, 0, 0, 65_535, wide, wide, 0, 0)
    items = [
        full(b"infe", struct.pack(">HH", number, 0), sort, b"\0", version=2)
        for number, sort in ((1, kind), (2, b"hvc1"))
    ]
    links = box(b"dimg", struct.pack(">HH", 1, tiles**2), struct.pack(">H", 2) * tiles**2)
    owned = struct.pack(">IHBBHBBB", 2, 1, 1, 1, 2, 2, 2, 0x83)

    def meta(offset):
        places = struct.pack(">HHHHHII", 2, 1, 1, 0, 1, 0, len(grid)) + struct.pack(
            ">HHHHII", 2, 0, 0, 1, offset, len(tile)
        )
        return full(
            b"meta",
            found(plain, b"hdlr"),
            full(b"pitm", struct.pack(">H", 1)),
            full(b"iloc", b"\x44\x00", places, version=1),
            full(b"iinf", struct.pack(">H", 2), *items),
            full(b"iref", links),
            box(b"iprp", box(b"ipco", *sizes, found(plain, b"hvcC")), full(b"ipma", owned)),
            box(b"idat", grid),
        )

    head = found(plain, b"ftyp")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", tile)


def opened(content):
    return Image.open(io.BytesIO(clean_picture(io.BytesIO(content)).content))


REFUSED = {
    "nothing": (b"", Fault.NOT_A_PICTURE),
    "a text": (b"My picture is beautiful", Fault.NOT_A_PICTURE),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', Fault.NOT_A_PICTURE),
    "an SVG behind a declaration": (b'<?xml version="1.0"?><!DOCTYPE svg><svg/>', Fault.NOT_A_PICTURE),
    "a PDF": (b"%PDF-1.7\n1 0 obj", Fault.NOT_A_PICTURE),
    "a page": (SCRIPT, Fault.NOT_A_PICTURE),
    "an archive": (archive(), Fault.NOT_A_PICTURE),
    "a program": (b"\x7fELF" + b"\x00" * 200, Fault.NOT_A_PICTURE),
    "a GIF with an archive behind it (GIFAR)": (picture("P", kind="GIF") + archive(), Fault.NOT_A_PICTURE),
    "a GIF that is a script": (b"GIF89a/*" + SCRIPT + b"*/=1;", Fault.NOT_A_PICTURE),
    "a TIFF": (picture(kind="TIFF"), Fault.NOT_A_PICTURE),
    "a BMP": (picture(kind="BMP"), Fault.NOT_A_PICTURE),
    "a JPEG cut short": (picture(size=(600, 400), colour="red")[:600], Fault.BROKEN),
    "a PNG cut short": (picture(size=(600, 400), kind="PNG")[:60], Fault.BROKEN),
    "the first bytes of a JPEG, then a page": (b"\xff\xd8\xff\xe0" + SCRIPT, Fault.BROKEN),
    "20,000 × 20,000 pixels": (huge_png(20_000, 20_000), Fault.TOO_MANY_PIXELS),
    "10,000 × 10,000 pixels": (huge_png(10_000, 10_000), Fault.TOO_MANY_PIXELS),
    "one pixel row too many": (huge_png(10_000, 5_001), Fault.TOO_MANY_PIXELS),
    "65 scans in one JPEG": (with_scans(65), Fault.BROKEN),
    "tiles of more pixels than the file says": (tiled(16, wide=8_192, says=100), Fault.TOO_MANY_PIXELS),
    "laid over a canvas of more pixels": (tiled(1, wide=20_000, says=100, kind=b"iovl"), Fault.BROKEN),
    "40 MB": (b"\xff\xd8\xff\xe0" + b"\x00" * (40 * 1024 * 1024), Fault.TOO_LARGE),
    "one byte too many": (b"\xff\xd8\xff\xe0".ljust(MOST_BYTES + 1, b"\x00"), Fault.TOO_LARGE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    content, fault = REFUSED[name]
    with pytest.raises(PictureRefusedError) as refused:
        clean_picture(io.BytesIO(content))
    assert refused.value.fault is fault


TAKEN = {
    "a JPEG": picture(),
    "a PNG": picture(kind="PNG"),
    "a WebP": picture(kind="WEBP"),
    "an HEIC": picture(kind="HEIF"),
    "an HEIC of tiles": tiled(2, wide=1_024, says=1_024),
    "a progressive JPEG": picture(size=(600, 400), progressive=True),
    "64 scans in one JPEG": with_scans(64),
    "a JPEG with the scans of others behind it": picture() + b"\xff\xda\x00\x02" * 200,
    "a JPEG with the scans of others in its comment": picture(comment=b"\xff\xda\x00\x02" * 200),
    "grey": picture("L"),
    "CMYK": picture("CMYK"),
    "black and white": picture("1", kind="PNG"),
    "a palette": picture("P", kind="PNG"),
    "16 bits": picture("I;16", kind="PNG"),
    "an animated WebP": animation("WEBP"),
    "an animated PNG": animation("PNG"),
    "a JPEG with a page behind it": picture() + SCRIPT,
    "a JPEG with an archive behind it": picture() + archive(),
    "a JPEG with a page in its comment": picture(comment=SCRIPT),
    "with the place where it was taken": with_gps(),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_is_a_fresh_jpeg_and_nothing_else(name):
    result = clean_picture(io.BytesIO(TAKEN[name]))

    again = Image.open(io.BytesIO(result.content))
    again.load()
    assert (again.format, again.mode, again.size) == ("JPEG", "RGB", (result.width, result.height))
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert not again.getexif()
    for left in (b"script", b"META-INF", b"PK\x03\x04", b"Her phone", b"at home", b"Exif", b"GPS"):
        assert left not in result.content
    assert result.content.endswith(b"\xff\xd9"), "nothing stands behind the picture"


def test_control_without_the_guards_these_would_be_decoded():
    lying = Image.open(io.BytesIO(tiled(16, wide=8_192, says=100)))
    assert lying.size == (100, 100)
    over = Image.open(io.BytesIO(tiled(1, wide=512, says=512, kind=b"iovl")))
    over.load()
    assert over.size == (512, 512)
    scans = Image.open(io.BytesIO(with_scans(65)))
    scans.load()
    assert scans.size == (640, 480)


def test_the_place_was_really_there_before():
    before = Image.open(io.BytesIO(with_gps()))

    assert dict(before.getexif().get_ifd(ExifTags.IFD.GPSInfo))[2] == (51.0, 30.0, 26.0)
    assert b"Her phone" in with_gps()
    assert b"at home" in with_gps()


@pytest.mark.parametrize(("orientation", "size"), [(1, (80, 60)), (3, (80, 60)), (6, (60, 80)), (8, (60, 80))])
def test_a_picture_stands_upright(orientation, size):
    assert opened(with_gps(orientation=orientation)).size == size


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_of_every_sort_that_says_so_a_picture_is_turned(kind, mode):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6

    assert opened(picture(mode, kind=kind, exif=exif.tobytes())).size == (60, 80)


def test_of_many_empty_marks_none_is_looked_at_twice():
    """A search that went back for each byte would take hours for these."""
    assert scans_of(b"\xff\xd8" + b"\xff" * (2 * 1024 * 1024)) == 0
    assert scans_of(b"\xff\xd8" + b"\xff\xd0" * (1024 * 1024)) == 0


def test_two_pictures_are_read_one_after_the_other(monkeypatch):
    """Each of the largest needs several hundred megabytes."""
    seen, most, lock = [], [], threading.Lock()
    real = reading._written_anew

    def watched(picture):
        with lock:
            seen.append(picture)
            most.append(len(seen))
        time.sleep(0.02)
        made = real(picture)
        with lock:
            seen.remove(picture)
        return made

    monkeypatch.setattr(reading, "_written_anew", watched)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda content: clean_picture(io.BytesIO(content)), [picture()] * 4))

    assert (len(made), most) == (4, [1, 1, 1, 1])


def test_a_turned_picture_shows_the_right_corner_first():
    made = io.BytesIO()
    half = Image.new("RGB", (80, 60), "white")
    half.paste("red", (0, 0, 80, 30))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3  # upside down
    half.save(made, "JPEG", exif=exif.tobytes(), quality=95)

    shown = opened(made.getvalue())

    assert shown.getpixel((40, 10))[1] > 200, "white is above"
    assert shown.getpixel((40, 50))[1] < 60, "red is below"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_paper(mode):
    colours = {"RGBA": (255, 0, 0, 0), "LA": (0, 0), "P": 0}
    options = {"transparency": 0} if mode == "P" else {}

    assert opened(picture(mode, colour=colours[mode], kind="PNG", **options)).getpixel((5, 5)) == (255, 255, 255)


def test_of_an_animation_the_first_picture_is_taken():
    red, _, blue = opened(animation("WEBP")).getpixel((20, 15))

    assert red > 200
    assert blue < 60


def test_a_large_picture_is_kept_as_large_as_a_poster_needs():
    shown = opened(picture(size=(6_000, 3_000)))

    assert shown.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_private_file_has_no_address_and_is_nobody_elses(tmp_path):
    storage = PrivateStorage(location=tmp_path / "private")
    name = storage.save("pictures/one.jpg", io.BytesIO(picture()))

    with pytest.raises(ValueError, match="no address"):
        storage.url(name)
    assert (tmp_path / "private" / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "private" / "pictures").stat().st_mode & 0o777 == 0o700
