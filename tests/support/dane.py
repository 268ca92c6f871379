"""Drive the page Dane as a founder does."""

LIST = """Nazwa;Forma prawna;NIP;Miejscowość;Gmina;Powiat
Fundacja Pierwsza;fundacja;8567346215;Klucze;Klucze;olkuski
Gmina Próbna;jednostka samorządu terytorialnego;;Olkusz;;olkuski
Spółka Trzecia;sp. z o.o.;;w Bukownie;;olkuski
Koło Czwarte;stowarzyszenie;;Nowa Wieś;;
Piąta bez sektora;;;Wolbrom;;olkuski
;fundacja;;Klucze;Klucze;olkuski
Fundacja Pierwsza bis;fundacja;8567346215;Olkusz;;olkuski
Jan Ukryty Usługi;jednoosobowa działalność gospodarcza;;Olkusz;;olkuski
"""
ACCEPTED, DECIDE, REJECTED = 4, 3, 1


def upload(visit, name="lista.csv", content=LIST):
    """Open the page and hand it a file."""
    visit.open("my_cluster?widok=wczytaj")
    hand_over(visit, name, content)


def hand_over(visit, name, content):
    """Hand a file to the page that is open."""
    content = content.encode() if isinstance(content, str) else content
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    # The browser tells its key as soon as the page is there, and the page is drawn once more.
    visit.settled()
    visit.page.locator("input[type=file]").set_input_files(file)
    visit.settled()


def check(visit):
    """Go on to the review."""
    visit.page.get_by_role("button", name="Sprawdź listę").click()
    visit.page.get_by_text("jest w dokładnie jednej grupie").wait_for(timeout=60_000)
    visit.settled()


def counts(visit):
    """Return the numbers of accepted, to decide and rejected rows as they stand on the page."""
    values = visit.page.get_by_test_id("stMetricValue").all_inner_texts()
    return tuple(int(v.replace("\xa0", "").replace(" ", "")) for v in values[:3])


def expect_counts(visit, *wanted):
    """Wait until the page shows these numbers."""
    script = """(wanted) => {
      const found = [...document.querySelectorAll('[data-testid="stMetricValue"]')].slice(0, 3);
      return found.map((e) => Number(e.innerText.replace(/\\s/g, ""))).join() === wanted.join();
    }"""
    visit.page.wait_for_function(script, arg=list(wanted), timeout=30_000)
    visit.settled()


def pick_question(visit, words):
    """Choose the question that has some words."""
    visit.pick("Pytanie", words, exact=False)
    visit.settled()


def answer(visit, words):
    """Choose an answer by its words and keep it."""
    label = visit.page.get_by_test_id("stRadio").filter(has_text="Odpowiedź").locator("label").filter(has_text=words)
    button = visit.page.get_by_role("button", name="Zapisz decyzję", exact=True)
    label.first.click()
    visit.settled()
    button.click()
    visit.settled()


def name_cluster(visit, name):
    """Say what the new cluster is called."""
    box = visit.page.get_by_label("Nazwa nowego klastra")
    box.fill(name)
    box.press("Enter")
    visit.settled()


def save(visit):
    """Keep the accepted rows."""
    visit.settled()
    visit.page.get_by_role("button", name="Zapisz:").click()
    visit.page.get_by_text("Zapisano wersję").wait_for(timeout=30_000)
    visit.settled()


def rows_of(visit, table):
    """Return the rows of a short table by what assistive technology reads of them."""
    rows = visit.page.get_by_role("region", name=table, exact=True).locator("tbody tr")
    rows.first.wait_for()
    return [row.locator("th, td").all_text_contents() for row in rows.all()]
