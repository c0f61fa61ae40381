"""Scenes published for the browser: content-addressed, gzipped once, shared by all sessions, bounded.

A scene travels over HTTP and not through the websocket: a hundred students then share one compressed copy
that their browsers cache for good, and a rerun sends a few hundred bytes.
"""

import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

MAXIMUM_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Payload:
    """Bytes for the browser: gzipped, with the SHA-256 of what they hold as their address."""

    address: str
    gzipped: bytes

    @classmethod
    def of(cls, content: bytes) -> "Payload":
        """Compress ``content``, the same bytes every time; costs milliseconds, so keep the result."""
        return cls(hashlib.sha256(content).hexdigest(), gzip.compress(content, compresslevel=6, mtime=0))

    @property
    def nbytes(self) -> int:
        """Bytes kept for it, its address left out."""
        return len(self.gzipped)


class PayloadStore:
    """A least-recently-used store of at most ``maximum_bytes`` of payloads (and always the newest one)."""

    def __init__(self, maximum_bytes: int = MAXIMUM_BYTES) -> None:
        self._maximum_bytes = maximum_bytes
        self._entries: OrderedDict[str, Payload] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def keep(self, payload: Payload) -> None:
        """Make ``payload`` available at its address; the longest unused ones leave when room is short."""
        with self._lock:
            if payload.address not in self._entries:
                self._entries[payload.address] = payload
                self._size += payload.nbytes
            self._entries.move_to_end(payload.address)
            while self._size > self._maximum_bytes and len(self._entries) > 1:
                _, removed = self._entries.popitem(last=False)
                self._size -= removed.nbytes

    def get(self, address: str) -> Payload | None:
        """The payload at ``address``, or None when it was never there or had to leave."""
        with self._lock:
            if address in self._entries:
                self._entries.move_to_end(address)
            return self._entries.get(address)


payloads = PayloadStore()
