"""Say from when a list of members is: when it was last brought in or confirmed, or of when its sources are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from geo.analysis.timeline import read_date
from geo.errors import StoreError
from geo.model.cluster import Cluster
from geo.render.text import Text
from geo.services.library import WARSAW, library, note_failure, store, today

# What says that a whole list is right.
CONFIRMING = ("create", "import", "confirm")
# After so long an editor is asked whether it still is.
HALF_A_YEAR = timedelta(days=183)
# So many clusters are named with their dates.
NAMED = 3


def confirmed_on(cluster_ids: Iterable[str]) -> dict[str, date]:
    """
    Return the day on which the list of each kept cluster was last brought in or confirmed.

    Nothing of clusters that are not kept, or while the store does not answer.
    """
    try:
        kept = store()
        moments = kept.last_done(CONFIRMING, tuple(cluster_ids)) if kept else {}
    except StoreError as error:
        note_failure(error)
        return {}
    return {i: datetime.fromisoformat(moment).astimezone(WARSAW).date() for i, moment in moments.items()}


def is_due(confirmed: date) -> bool:
    """Say whether a list is to be confirmed again."""
    return today() - confirmed >= HALF_A_YEAR


def due() -> tuple[Cluster, ...]:
    """Return the kept clusters with a list that is to be confirmed again, the longest unconfirmed first."""
    shown = library()
    listed = set(shown.members["cluster_id"]) & shown.kept
    old = sorted((day, i) for i, day in confirmed_on(sorted(listed)).items() if is_due(day))
    named = {c.cluster_id: c for c in shown.clusters}
    return tuple(named[i] for _, i in old if i in named)


def dates_of(clusters: tuple[Cluster, ...]) -> dict[str, str]:
    """
    Return of when the list of each cluster is, as an ISO date of any exactness.

    Of a kept cluster it is the day of its confirmation, of others the newest date of a source. Nothing where no date
    is known, of clusters without a list, and of lists of a session.
    """
    shown = library()
    ids = [c.cluster_id for c in clusters if c.cluster_id not in shown.session]
    kept = confirmed_on([i for i in ids if i in shown.kept])
    listed = shown.members[shown.members["cluster_id"].isin(ids)]
    found = {}
    for cluster_id, dates in listed.groupby("cluster_id")["source_date"]:
        if cluster_id in kept:
            found[str(cluster_id)] = kept[str(cluster_id)].isoformat()
            continue
        known = [iso for given in set(dates) if (iso := read_date(str(given)))]
        if known:
            found[str(cluster_id)] = max(known)
    return found


def list_note(clusters: tuple[Cluster, ...], text: Text) -> str:
    """Return in words of when the lists behind a map are, "" where that is not known."""
    dates = dates_of(clusters)
    named = [c for c in clusters if c.cluster_id in dates]
    if not named:
        return ""
    if len(clusters) == 1:
        return text("lists.one", date=text.when(dates[named[0].cluster_id]))
    if len(named) <= NAMED:
        parts = [text("lists.of", name=c.name, date=text.when(dates[c.cluster_id])) for c in named]
        return text("lists.several", lists="; ".join(parts))
    first, last = min(dates.values()), max(dates.values())
    key = "lists.one" if first == last else "lists.between"
    return text(key, date=text.when(first), first=text.when(first), last=text.when(last))
