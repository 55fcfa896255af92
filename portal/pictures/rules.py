"""What a picture may be. Plain Python."""

from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
# A body larger than this is not even read: nobody's form is.
MOST_BODY = 64 * 1024 * 1024
# A progressive JPEG is decoded once over for each of its scans, and a scan may be a few bytes. Cameras write ten or so.
MOST_SCANS = 64
# As large as anybody prints it on a poster; what a camera keeps beyond that is not ours to have.
LONGEST_SIDE = 3_000


class Fault(StrEnum):
    """Why a picture is refused."""

    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_PICTURE = "not_a_picture"
    BROKEN = "broken"
