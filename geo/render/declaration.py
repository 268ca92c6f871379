"""Write the declaration of accessibility as HTML, with the identifiers that monitoring reads."""

from __future__ import annotations

from collections.abc import Mapping

from geo.render.text import Text, escaped

# Link to whom one may turn after a refusal.
OMBUDSMAN = "https://bip.brpo.gov.pl/pl/kontakt"


def declaration_html(facts: Mapping[str, str], text: Text) -> str:
    """
    Return the declaration; what the office does not tell is named as not told, in its place.

    Parameters
    ----------
    facts
        What the office tells, by the names in its file; may be hostile.
    text
        Language.
    """
    said = _Said(facts, text)
    parts = [
        f"<p id='a11y-wstep'>{text('declaration.intro', entity=said('podmiot', 'a11y-podmiot'), url=said.link())}</p>",
        f"<ul><li>{text('declaration.published', date=said.day('data_publikacji', 'a11y-data-publikacja'))}</li>",
        f"<li>{text('declaration.updated', date=said.day('data_aktualizacji', 'a11y-data-aktualizacja'))}</li></ul>",
        said.title("declaration.status.title"),
        f"<p id='a11y-status'>{text('declaration.status')}</p>",
        said.title("declaration.gaps.title", 3),
        _listed(text.items("declaration.gaps")),
        said.title("declaration.exempt.title", 3),
        _listed(text.items("declaration.exempt")),
        said.assessment(),
        said.title("declaration.prepared.title"),
        f"<ul><li>{text('declaration.prepared', date=said.day('data_sporzadzenia', 'a11y-data-sporzadzenie'))}</li>",
        f"<li>{text('declaration.reviewed', date=said.day('data_przegladu', 'a11y-data-przeglad'))}</li></ul>",
        f"<p id='a11y-audytor'>{said.auditor()}</p>",
        said.title("declaration.keys.title"),
        _listed(text.items("declaration.keys")),
        said.title("declaration.contact.title", identifier="a11y-kontakt"),
        f"<p>{text('declaration.contact', **said.contact())}</p>",
        said.title("declaration.procedure.title"),
        f"<div id='a11y-procedura'><p>{text('declaration.procedure.right')}</p>",
        f"<p>{text('declaration.procedure.holds')}</p>{_listed(text.items('declaration.procedure.items'))}",
        f"<p>{text('declaration.procedure.time')}</p>",
        f"<p>{text('declaration.procedure.complaint', where=said('skargi'), link=_link(OMBUDSMAN))}</p></div>",
        said.title("declaration.buildings.title"),
        f"<p id='a11y-architektura'>{said('architektura')}</p>",
        said.title("declaration.apps.title"),
        f"<p id='a11y-aplikacje'>{text('declaration.apps')}</p>",
    ]
    return f"<div class='klastry-declaration'>{''.join(parts)}</div>"


class _Said:
    """What an office tells, as HTML."""

    def __init__(self, facts: Mapping[str, str], text: Text) -> None:
        self._facts, self._text = facts, text

    def __call__(self, name: str, identifier: str = "") -> str:
        """Return a fact, or that it is not told."""
        mark = f" id='{identifier}'" if identifier else ""
        return f"<span{mark}>{self._words(name)}</span>"

    def _words(self, name: str) -> str:
        if name in self._facts:
            return escaped(self._facts[name]).replace("\n", "<br>")
        return f"<em>{self._text('declaration.untold')}</em>"

    def title(self, key: str, level: int = 2, identifier: str = "") -> str:
        """Return a heading."""
        mark = f" id='{identifier}'" if identifier else ""
        return f"<h{level}{mark}>{self._text(key)}</h{level}>"

    def link(self) -> str:
        """Return the address of the page."""
        if "adres" not in self._facts:
            return self("adres", "a11y-url")
        return _link(self._facts["adres"], "a11y-url")

    def day(self, name: str, identifier: str) -> str:
        """Return a day in words, with its date for machines."""
        if name not in self._facts:
            return self(name, identifier)
        iso = self._facts[name]
        return f"<time id='{identifier}' datetime='{escaped(iso)}'>{escaped(self._text.when(iso))}</time>"

    def contact(self) -> dict[str, str]:
        """Return whom to write or to call."""
        email = self("email", "a11y-email")
        if "email" in self._facts:
            address = escaped(self._facts["email"])
            email = f"<a id='a11y-email' href='mailto:{address}'>{address}</a>"
        return {"who": self("kontakt", "a11y-osoba"), "email": email, "phone": self("telefon", "a11y-telefon")}

    def assessment(self) -> str:
        """Return the way to an assessment of excessive burden, where the office has one."""
        if "ocena" not in self._facts:
            return ""
        return f"<p>{self._text('declaration.assessment', link=_link(self._facts['ocena'], 'a11y-ocena'))}</p>"

    def auditor(self) -> str:
        """Say who examined the page."""
        if "audytor" in self._facts:
            return self._text("declaration.audited", who=escaped(self._facts["audytor"]))
        return self._text("declaration.self")


def _link(address: str, identifier: str = "") -> str:
    mark = f" id='{identifier}'" if identifier else ""
    return f"<a{mark} href='{escaped(address)}' rel='noopener'>{escaped(address)}</a>"


def _listed(items: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escaped(item)}</li>' for item in items)}</ul>"
