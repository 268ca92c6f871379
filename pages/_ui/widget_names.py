"""Name the controls of Streamlit in the language of the page: its bundle holds English names only."""

from __future__ import annotations

from geo.render.text import Text

# Longer patterns first: the first that fits is taken.
NAMES = (
    "skip",
    "pages",
    "help",
    "open",
    "clear_all",
    "clear",
    "remove",
    "selected",
    "columns_of",
    "columns",
    "csv_of",
    "csv",
    "search_of",
    "search",
    "full_close_of",
    "full_close",
    "full_of",
    "full",
    "upload",
    "add_files",
    "file_upload",
    "per_file_kinds",
    "per_file",
    "toasts",
    "nothing",
    "choose_one",
    "choose_some",
    "copy",
    "copied",
    "failed",
)
# What the library puts into a name stands in ours, too.
_SLOTS = {slot: f"{{{slot}}}" for slot in ("what", "size", "kinds")}


def widget_pairs(text: Text) -> list[tuple[str, str]]:
    """Return the names of Streamlit's controls with ours; none where they are the same."""
    theirs = Text("en")
    pairs = [(theirs(f"widget.{name}", **_SLOTS), text(f"widget.{name}", **_SLOTS)) for name in NAMES]
    return [(one, other) for one, other in pairs if one != other]
