"""Bound the memory that uploaded files of all visitors take together."""

from __future__ import annotations

from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

SESSION_BYTES = 60_000_000
ALL_BYTES = 400_000_000


def has_room(session_id: str, size: int) -> bool:
    """
    Say whether a file may be taken, after giving back files of closed pages where room is short.

    Parameters
    ----------
    session_id
        Whose file it is.
    size
        Bytes that come.
    """
    manager, sessions = Runtime.instance().uploaded_file_mgr, Runtime.instance()._session_mgr  # noqa: SLF001
    if not isinstance(manager, MemoryUploadedFileManager):
        return True
    held = _held(manager)
    if held.get(session_id, 0) + size > SESSION_BYTES:
        return False
    open_pages = {s.session.id for s in sessions.list_active_sessions()}
    for closed in sorted(held.keys() - open_pages, key=held.__getitem__, reverse=True):
        if sum(held.values()) + size <= ALL_BYTES:
            break
        manager.remove_session_files(closed)
        held.pop(closed)
    return sum(held.values()) + size <= ALL_BYTES


def _held(manager: MemoryUploadedFileManager) -> dict[str, int]:
    """Return the bytes held, by session."""
    return {s: sum(len(f.data) for f in list(files.values())) for s, files in list(manager.file_storage.items())}
