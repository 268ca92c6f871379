"""Let axe-core look at a page with its frames, and name what it finds that is not the library's."""

import re

from axe_playwright_python.sync_playwright import Axe

# WCAG 2.1 A and AA, and what axe calls good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# What Streamlit draws so, by rule and by what its HTML holds; nothing else may be found.
STREAMLITS = {
    # The field for a file is a button within a region that takes the focus.
    "presentation-role-conflict": r"stFileUploaderDropzone|file upload|type=\"file\"",
    # Lists of options and messages that pass are drawn beside all landmarks.
    "region": r"react-aria|stToast|role=\"listbox\"|role=\"option\"|stSkipToContent|data-rac",
}


def found(page):
    """Return rule, impact and HTML of all that is wrong on a page and in its frames."""
    axe = Axe()
    # What fades in is faint until it is there.
    page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")
    for frame in page.frames[1:]:
        frame.evaluate(axe.axe_script)
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
    violations = axe.run(page, options=options).response["violations"]
    return [(v["id"], v["impact"], node["html"]) for v in violations for node in v["nodes"]]


def theirs(rule, html):
    """Say whether something is Streamlit's."""
    return rule in STREAMLITS and re.search(STREAMLITS[rule], html) is not None


def ours(page):
    """Return what is wrong that is not Streamlit's."""
    return [one for one in found(page) if not theirs(one[0], one[2])]
