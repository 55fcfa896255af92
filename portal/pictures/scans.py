"""How often a JPEG makes its decoder go over the whole picture: counted from the file's markers, nothing is decoded."""

import re

START, END, SCAN = 0xD8, 0xD9, 0xDA
# In the data of a scan 0xFF is followed by 0x00. 0x01 and the restarts (0xD0 to 0xD7) stand alone; of two 0xFF the
# second begins the marker.
_MARKER = re.compile(rb"\xff([\x02-\xcf\xd8-\xfe])")


def scans_of(content: bytes) -> int:
    """Return the number of scans up to the end of the picture; 0 for what is no JPEG.

    What a camera puts behind the end (a film, a second picture) is not counted, nor what lies inside a segment.
    """
    if not content.startswith(b"\xff\xd8"):
        return 0
    scans, position = 0, 2
    while found := _MARKER.search(content, position):
        position, code = found.end(), found[1][0]
        if code in {START, END}:
            break
        scans += code == SCAN
        position += int.from_bytes(content[position : position + 2], "big")
    return scans
