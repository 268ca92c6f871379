"""Ask for an atlas, show how far it is, and hand it over."""

from __future__ import annotations

import streamlit as st

from geo.model.coverage import CoverageQuery
from geo.model.picture import Kind, PictureQuery
from geo.model.queries import DensityQuery
from geo.render.text import Text
from geo.services.atlas import KINDS, AtlasJob, Chosen, State, atlas_areas, unit_pages
from pages._ui.fragments import fragment
from pages._ui.page_form import ask_page
from pages._ui.page_state import page_state, pressed

EVERY_S = 0.7


@fragment
def show_atlas(query: CoverageQuery | DensityQuery, text: Text, *, area: str, key: str) -> None:
    """
    Show the form of an atlas of a map, the progress of the one being made, or the one made.

    Parameters
    ----------
    query
        What the map shows.
    text
        Language.
    area
        TERYT code of the area proposed.
    key
        One key a page.
    """
    form = st.expander(text("atlas.form"), icon=":material/auto_stories:", key=f"{key}-atlas", on_change="rerun")
    if not form.open:
        return
    jobs: dict[str, AtlasJob] = page_state().setdefault("atlases", {})
    with form:
        st.caption(text("atlas.help"))
        areas = atlas_areas(text)
        listed = list(areas)
        start = listed.index(area) if area in areas else 0
        chosen = st.selectbox(
            text("atlas.area"), listed, start, format_func=areas.__getitem__, key=f"{key}-obszar-{area}"
        )
        columns = st.columns(3)
        kinds = {str(k): text(f"atlas.kind.{k}") for k in KINDS}
        kind = columns[0].selectbox(text("atlas.kind"), list(kinds), format_func=kinds.__getitem__, key=f"{key}-plik")
        page, look = ask_page(columns[1], columns[2], text, key=key)
        pages = unit_pages(chosen, text)
        codes = st.multiselect(
            text("atlas.units"),
            list(pages),
            format_func=pages.__getitem__,
            key=f"{key}-strony-{chosen}",
            placeholder="",
        )
        skip = st.toggle(text("atlas.skip"), key=f"{key}-pomin")
        job = jobs.get(key)
        running = job is not None and job.running
        if pressed(st.container(), text("atlas.start"), key=f"{key}-start", disabled=running, type="primary"):
            logo: bytes = page_state().get("logo", b"")
            job = AtlasJob(
                query, chosen, PictureQuery(page, look, logo=logo), Kind(kind), text, Chosen(tuple(codes), skip)
            )
            jobs[key] = job
            job.start()
            running = True
        if job is None:
            return
        # Asked again and again only while there is something to tell.
        fragment(_show_job, run_every=EVERY_S if running else None)(job, text, key, running=running)


def _show_job(job: AtlasJob, text: Text, key: str, *, running: bool) -> None:
    pages = text("atlas.pages", done=text.number(job.done), total=text.number(job.total))
    if job.running:
        waiting = job.state is State.WAITING
        st.progress(job.done / max(1, job.total), text("atlas.waiting") if waiting else pages)
        if pressed(st.container(), text("atlas.cancel"), key=f"{key}-stop"):
            job.cancel()
        return
    if running:
        # It has just ended: the form above is told, and nothing is asked any more.
        st.rerun()
    if job.state is State.DONE:
        st.success(text("atlas.done", pages=text.count("atlas.maps", job.total), name=job.name))
        st.download_button(
            text("atlas.save", size=text.number(max(0.1, len(job.content) / 1e6), 1)),
            job.content,
            job.name,
            job.mime,
            key=f"{key}-pobierz",
            on_click="ignore",
            icon=":material/download:",
        )
    elif job.state is State.CANCELLED:
        st.info(text("atlas.cancelled", pages=pages))
    elif job.state is State.EMPTY:
        st.warning(text("atlas.empty"))
    else:
        st.error(text("atlas.failed"))
