"""Draft the letter by which an office invites an organisation to a cluster."""

from __future__ import annotations

from datetime import UTC, date, datetime

from geo.export.letter import Gap, Letter, Line, letter_file
from geo.io.boundaries import load_units
from geo.model.cluster import Cluster
from geo.model.names import one_line
from geo.model.units import Level
from geo.render.text import Text
from geo.services.coverage import counted_members
from geo.services.ground import manifest
from geo.services.invitation import Candidate, Filling, Invitation
from geo.services.labels import agreeing, cited, territory_label
from geo.services.library import resolve
from geo.services.people import who_counts
from geo.services.reaching import way_in_words

# Stands for a gap in a sentence of ours; no text of the catalogue holds it.
_MARK = "\ue000"


def letter_docx(
    candidate: Candidate, invited: Invitation, text: Text, office: str = "", *, today: date | None = None
) -> bytes:
    """
    Return the draft of a letter that invites a candidate, as DOCX.

    What the office must fill in stands in brackets on a yellow ground.

    Parameters
    ----------
    candidate
        One of the candidates.
    invited
        What it comes from: the figures are of its reach and clusters.
    text
        Language.
    office
        Who writes, "" for a gap to fill in.
    today
        Date of the letter; None for today.
    """
    day = datetime.now(UTC).date() if today is None else today
    cluster, unit = candidate.cluster, agreeing(invited.code, text)["label"]
    named_so = one_line(cluster.name).translate({ord("„"): "«", ord("”"): "»", ord("“"): "«"})
    kind = "concept" if cluster.concept else "cluster"
    return letter_file(
        Letter(
            title=text("invitation.letter.title", name=one_line(candidate.name)),
            sender=tuple((line,) for line in office.splitlines() if line.strip())
            or ((_gap("invitation.gap.office", text),),),
            place_and_date=(_gap("invitation.gap.place", text), text("invitation.letter.day", day=text.day(day))),
            reference=(_gap("invitation.gap.reference", text),),
            addressee=(one_line(candidate.name), candidate.place),
            subject=text(f"invitation.letter.subject.{kind}", cluster=named_so, unit=unit),
            greeting=text("invitation.letter.greeting"),
            paragraphs=(
                (text(f"invitation.letter.invite.{kind}", cluster=named_so),),
                (_why(candidate, invited, text),),
                (_what(cluster, text),),
                _gapped("invitation.letter.next", "invitation.gap.until", text),
                _gapped("invitation.letter.contact", "invitation.gap.contact", text),
            ),
            closing=text("invitation.letter.closing"),
            signature=(_gap("invitation.gap.signature", text),),
            note=_figures(invited, text) if candidate.gained or candidate.filling is Filling.YES else "",
            language=text.language,
        )
    )


def _gap(key: str, text: Text) -> Gap:
    return Gap(f"[{text(key)}]")


def _gapped(key: str, gap: str, text: Text) -> Line:
    before, _, after = text(key, gap=_MARK).partition(_MARK)
    return (before, _gap(gap, text), after)


def _why(candidate: Candidate, invited: Invitation, text: Text) -> str:
    """Return in one sentence why a candidate is invited; only what is sure is a reason."""
    text = who_counts(invited.query.people)(text)
    several = "several" if len(resolve(invited.query.subject).clusters) > 1 else "one"
    city = load_units(Level.POWIAT)["kind"][invited.code].startswith("miasto")
    unit = "city" if city else "powiat"
    reasons = []
    if candidate.gained:
        reasons.append(
            text(
                f"invitation.why.people.{several}",
                of=text(f"invitation.of.{unit}"),
                reach=way_in_words(invited.query.reach, text),
                gained=text.number(candidate.gained),
                now=text.number(invited.covered),
                then=text.number(invited.covered + candidate.gained),
            )
        )
    if candidate.filling is Filling.YES:
        sector = text(f"invitation.sector.{candidate.sector}")
        reasons.append(
            text(f"invitation.why.sector.{several}", within=text(f"invitation.within.{unit}"), sector=sector)
        )
    reasons = reasons or [text("invitation.why.listed")]
    return text("invitation.why", reasons=text("invitation.why.and").join(reasons))


def _what(cluster: Cluster, text: Text) -> str:
    """Return what the cluster is, as its definition says."""
    territory = territory_label(cluster.territory, text)
    sectors = ", ".join(text(f"sector.{s}") for s in cluster.required_sectors)
    parts = [text("invitation.what")]
    if cluster.description:
        parts.append(text("invitation.what.description", description=_ended(one_line(cluster.description))))
    if sectors:
        parts.append(text("invitation.what.sectors", sectors=sectors))
    if territory:
        parts.append(text("invitation.what.territory", territory=territory))
    if cluster.coordinator:
        parts.append(text("invitation.what.coordinator", name=_ended(one_line(cluster.coordinator))))
    return " ".join(parts)


def _ended(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _figures(invited: Invitation, text: Text) -> str:
    """Return where the figures of a letter come from."""
    members = counted_members(invited.query)
    listed = "; ".join(cited(members, text)) or text("powiat.source.none")
    return text("powiat.source.line", date=text.when(manifest()["state_date"]), sources=listed)
