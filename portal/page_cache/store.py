"""The pages that one process keeps in memory: the least recently used goes first."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

import brotli

# Levels that cost about a millisecond a page: it is compressed by the request that first asks for it.
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
MOST_ENTRIES = 2_000
SMALLEST_TO_COMPRESS = 200

Key = tuple[str, str, str, str]


@dataclass(slots=True, kw_only=True)
class Entry:
    """One page as it was made: what every visitor gets of it."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    generation: int
    valid_until: datetime
    caching: str = ""  # the view's own Cache-Control, where it has one
    etag: str = ""
    _encoded: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Weak: one name for the page in every encoding.
        self.etag = f'W/"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @property
    def size(self) -> int:
        """Return what the entry takes at most: both encodings are smaller than the page."""
        return 2 * len(self.body) + sum(len(name) + len(value) for name, value in self.headers)

    def body_in(self, encoding: str) -> bytes:
        """Return the page in an encoding; made once. Two threads that make it at once make the same."""
        if not encoding:
            return self.body
        if encoding not in self._encoded:
            self._encoded[encoding] = (
                brotli.compress(self.body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
                if encoding == "br"
                else gzip.compress(self.body, GZIP_LEVEL, mtime=0)
            )
        return self._encoded[encoding]

    @property
    def is_worth_compressing(self) -> bool:
        """Whether an encoding saves anything."""
        return len(self.body) >= SMALLEST_TO_COMPRESS


class PageStore:
    """A bounded map from address to page, safe between threads."""

    def __init__(self, *, most_entries: int = MOST_ENTRIES) -> None:
        self.most_entries = most_entries
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key, *, generation: int, now: datetime) -> Entry | None:
        """Return the page of an address while it is true; one that no longer is makes room."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.generation == generation and now < entry.valid_until:
                self._entries.move_to_end(key)
                return entry
            self._remove(key)
            return None

    def put(self, key: Key, entry: Entry, *, most_bytes: int) -> None:
        """Keep a page; one that would take more than a quarter of the room is not kept."""
        if entry.size > most_bytes // 4:
            return
        with self._lock:
            if key in self._entries:
                self._remove(key)
            self._entries[key] = entry
            self._bytes += entry.size
            while self._bytes > most_bytes or len(self._entries) > self.most_entries:
                self._remove(next(iter(self._entries)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _remove(self, key: Key) -> None:
        self._bytes -= self._entries.pop(key).size


pages = PageStore()
