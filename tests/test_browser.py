"""The page of a report in a browser: quiet, reachable, legible in light, dark, print and 320 px, and never acting."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cdi import wording
from cdi.charts.style import drawn
from cdi.inspecting.inspection import read_inspection
from cdi.report.assembling import assemble
from cdi.report.contents import Report
from cdi.report.page import page as page_of
from cdi.report.page import shown_on_page
from tests.browser import artefacts, axe_script, launched, missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Route

DATA = Path(__file__).parents[1] / "data"
WORKED = {name: DATA / name / "inspection.toml" for name in ("avon_and_somerset_2021_22", "examples")}
HOSTILE = "hostile"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW, WIDE = 320, 1280
PAPER = 658
"""A4 between its margins of 18 mm, in pixels of which an inch has 96."""

MODES: dict[str, dict[str, Any]] = {
    "light": {"width": WIDE, "color_scheme": "light", "media": "screen"},
    "dark": {"width": WIDE, "color_scheme": "dark", "media": "screen"},
    "print": {"width": PAPER, "color_scheme": "dark", "media": "print"},
    "narrow": {"width": NARROW, "color_scheme": "light", "media": "screen"},
    "narrow-dark": {"width": NARROW, "color_scheme": "dark", "media": "screen"},
}

PICTURES_CHOSEN = """() => [...document.images].every(one => {
    const sources = [...one.parentElement.querySelectorAll("source")];
    const chosen = sources.find(source => matchMedia(source.media).matches);
    return one.complete && one.currentSrc === (chosen ? chosen.srcset : one.src);
})"""
"""Each picture is the one that the page has for the window's width, and is drawn."""

PICTURED = {"light": None, "dark": 6_000, "narrow": None}
"""Mode -> down to which pixel a picture is kept; the dark differs from the light by its colours only."""

SCRIPT = "<script>alert(1)</script>"
LONG = "w" * 200
EVIL = {
    SCRIPT: 30,
    "\"' onerror='alert(1)' \"": 40,
    '=HYPERLINK("http://example.org/","x")': 50,
    "a\u202eb\u200fc": 30,
    "משטרה": 40,
    LONG: 60,
    "</title></style><img src=x onerror=alert(1)>": 20,
}


def hostile_inspection(folder: Path) -> Path:
    """Write an inspection whose every text would act, turn round or run over if it could."""
    rows = [(name, i % 7 != 0) for name, size in EVIL.items() for i in range(size)]
    cells = (name.replace('"', '""') for name, _ in rows)
    lines = [f'"{cell}",{int(recorded)}\n' for cell, (_, recorded) in zip(cells, rows, strict=True)]
    (folder / "audit.csv").write_text("crime_type,recorded\n" + "".join(lines), encoding="utf-8")
    quoted = {name: json.dumps(name, ensure_ascii=True) for name in (*EVIL, f"{SCRIPT} {LONG} Constabulary")}
    texts = ", ".join(quoted[name] for name in EVIL)
    path = folder / "inspection.toml"
    path.write_text(
        f"force = {quoted[f'{SCRIPT} {LONG} Constabulary']}\ntitle = {quoted[list(EVIL)[-1]]}\n"
        f"grade = {quoted[SCRIPT]}\n"
        f"notes = [{texts}]\n[audit]\nfiles = 'audit.csv'\nby = ['crime_type']\nsource = {quoted[SCRIPT]}\n"
        f"[categories.crime_type]\n{quoted[SCRIPT]} = {json.dumps('<b>' + SCRIPT)}\n[disclosure]\nmode = 'internal'\n",
        encoding="utf-8",
    )
    return path


@dataclass
class Opened:
    """A report open in the browser, and what was heard of it since."""

    name: str
    report: Report
    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def show(self, mode: str, width: int | None = None) -> None:
        terms = dict(MODES[mode])
        own_width = terms.pop("width")
        self.page.set_viewport_size({"width": width or own_width, "height": 900})
        self.page.emulate_media(**terms)
        # a browser takes the picture of a new width a moment after it has laid out the page
        self.page.wait_for_function(PICTURES_CHOSEN)

    def printed(self, path: Path) -> Path:
        """Print as a reader does: what a page looked like on the screen before has no part in it."""
        self.show("print")
        self.page.pdf(path=path, prefer_css_page_size=True, outline=True, tagged=True)
        return path

    def listen(self) -> None:
        def heard(message: ConsoleMessage) -> None:
            self.complaints.append(f"{message.type}: {message.text}")

        def asked(dialog: Dialog) -> None:
            self.complaints.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        def requested(request: Request) -> None:
            self.requests.append(request.url)

        def stopped(route: Route) -> None:
            route.abort()

        self.page.on("console", heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", asked)
        self.page.on("request", requested)
        self.page.route(re.compile(r"^(?!file:|data:)"), stopped)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return axe_script(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="module", params=[*WORKED, HOSTILE])
def opened(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("report")
    report = assemble(read_inspection(WORKED.get(request.param) or hostile_inspection(folder)))
    path = folder / "report.html"
    path.write_bytes(page_of(report, {name: drawn(chart) for name, chart in report.charts.items()}))
    # what is hostile has to be harmless by itself, also in a browser that knows no content security policy
    context = browser.new_context(bypass_csp=request.param == HOSTILE)
    found = Opened(request.param, report, context.new_page())
    found.listen()
    found.page.goto(path.as_uri())
    yield found
    context.close()


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


class TestOpening:
    @pytest.mark.long
    def test_is_quiet_and_asks_for_nothing(self, opened: Opened) -> None:
        opened.page.wait_for_load_state("networkidle")
        assert [url for url in opened.requests if not url.startswith("data:")] == [opened.page.url]
        assert opened.complaints == []

    def test_has_its_headings_tables_and_charts_by_their_names(self, opened: Opened) -> None:
        page = opened.page
        for landmark in ("banner", "navigation", "main", "contentinfo"):
            assert page.get_by_role(landmark, include_hidden=False).count() == 1
        assert page.get_by_role("heading", level=1).count() == 1
        for part in opened.report.parts:
            assert page.get_by_role("heading", level=2, name=part.title, exact=True).count() == 1
        parts = [(part, exhibit) for part in opened.report.parts for exhibit in part.exhibits]
        grids = [grid for part, exhibit in parts for grid in shown_on_page(part, exhibit)]
        for i in range(1, len(grids) + 1):
            table = page.get_by_role("table", name=re.compile(rf"^Table {i}\. "))
            assert table.get_by_role("row").count() == len(grids[i - 1].rows) + 1
            assert table.get_by_role("columnheader").count() == len(grids[i - 1].headings)
            assert table.get_by_role("rowheader").count() == len(grids[i - 1].rows)
        assert page.get_by_role("img").count() == len(opened.report.charts)

    def test_draws_its_charts(self, opened: Opened) -> None:
        sizes = opened.page.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth * one.complete)")
        assert len(sizes) == len(opened.report.charts)
        assert all(size > 300 for size in sizes)


class TestAccess:
    @pytest.mark.parametrize("mode", MODES)
    def test_axe_finds_nothing(self, mode: str, opened: Opened, axe: str) -> None:
        opened.show(mode)
        if not opened.page.evaluate("typeof window.axe === 'object'"):
            opened.page.evaluate(axe)
        found = opened.page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
        assert {"color-contrast", "target-size", "region"} <= {rule["id"] for rule in found["passes"]}
        assert [
            (rule["id"], rule["help"], [node["html"][:120] for node in rule["nodes"][:5]])
            for rule in found["violations"]
        ] == []  # fmt: skip

    @pytest.mark.parametrize("mode", ["narrow", "light", "print"])
    def test_nothing_runs_over_the_edge(self, mode: str, opened: Opened) -> None:
        """Also with the spacing of text that readers may ask for on a screen (WCAG 1.4.12)."""
        opened.show(mode)
        for spacing in ("", SPACED) if mode != "print" else ("",):
            wrong = opened.page.evaluate(OVER_THE_EDGE, spacing)
            assert wrong == []

    @pytest.mark.parametrize("width", [NARROW, 640, 641, WIDE])
    def test_charts_are_read_without_scrolling(self, width: int, opened: Opened) -> None:
        """Letters of 12 points are drawn at 11 pixels or more, in a picture that is seen whole."""
        opened.show("light", width)
        for picture in opened.page.eval_on_selector_all("img", DRAWN):
            assert 0 <= picture["left"] < picture["right"] <= width
            assert picture["scale"] * 16 >= 11
            assert picture["region"] is None

    def test_everything_is_reached_by_keyboard(self, opened: Opened) -> None:
        opened.show("narrow")
        page = opened.page
        page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
        stops = page.evaluate("document.querySelectorAll('a, [tabindex]').length")
        reached = []
        for _ in range(stops):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUSED))
        assert [one["place"] for one in reached] == list(range(stops))
        assert all(one["outline"] for one in reached)
        assert all(one["seen"] for one in reached)

    def test_a_stop_is_where_there_is_something_to_scroll_or_follow(self, opened: Opened) -> None:
        opened.show("narrow")
        regions = "all => all.map(one => one.scrollWidth > one.clientWidth)"
        assert all(opened.page.eval_on_selector_all("[tabindex]", regions))

    def test_a_note_has_a_way_back(self, opened: Opened) -> None:
        opened.show("light")
        backs = opened.page.eval_on_selector_all(".back", "all => all.map(one => one.getAttribute('href'))")
        for place in backs:
            mark = opened.page.locator(place)
            assert mark.get_attribute("href") == place.replace("-mark-", "-")
        marks = opened.page.eval_on_selector_all(".marks a", "all => all.map(one => one.getAttribute('href'))")
        assert {place.replace("-mark-", "-") for place in backs} == {*marks}

    def test_a_region_that_is_wider_scrolls_by_keyboard(self, opened: Opened) -> None:
        opened.show("narrow")
        region = opened.page.locator("[role=region]").first
        region.focus()
        for _ in range(20):
            opened.page.keyboard.press("ArrowRight")
            opened.page.wait_for_timeout(20)
        assert region.evaluate("one => one.scrollLeft") > 100

    def test_charts_keep_their_white_ground_in_the_dark(self, opened: Opened) -> None:
        opened.show("dark")
        ground = "one => getComputedStyle(one).backgroundColor"
        assert opened.page.eval_on_selector("body", ground) == "rgb(20, 23, 26)"
        assert set(opened.page.eval_on_selector_all("img", f"all => all.map({ground})")) == {"rgb(255, 255, 255)"}

    def test_paper_is_white_in_the_dark(self, opened: Opened) -> None:
        opened.show("print")
        assert (
            opened.page.eval_on_selector("body", "one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
        )
        assert opened.page.eval_on_selector("body", "one => getComputedStyle(one).color") == "rgb(0, 0, 0)"


DRAWN = """all => all.map(one => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const room = box.width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return {left: box.left, right: box.right, scale: room / one.naturalWidth, region: one.closest('.wide')};
})"""

SPACED = "* { letter-spacing: .12em !important; line-height: 1.5 !important; word-spacing: .16em !important; }"

OVER_THE_EDGE = """spacing => {
  const style = document.createElement('style');
  style.textContent = spacing;
  document.head.append(style);
  const wrong = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
  for (const one of document.body.querySelectorAll('*:not(.skip)')) {
    const region = one.parentElement.closest('.wide');
    if (region && getComputedStyle(region).overflowX !== 'visible') continue;
    const box = one.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) wrong.push(one.outerHTML.slice(0, 80));
    if (!one.matches('.wide') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
      wrong.push('cut: ' + one.outerHTML.slice(0, 80));
  }
  style.remove();
  return wrong;
}"""

FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {
    place: [...document.querySelectorAll('a, [tabindex]')].indexOf(one),
    outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}"""


class TestHarm:
    @pytest.mark.parametrize("opened", [HOSTILE], indirect=True)
    def test_texts_of_the_user_do_nothing_and_are_read(self, opened: Opened) -> None:
        text = flat(opened.page.inner_text("main"))
        for name in EVIL:
            shown = name.replace("\u202e", "\\u202e").replace("\u200f", "\\u200f")
            assert flat(shown) in text
        assert opened.page.locator("script, main img:not([src^='data:'])").count() == 0
        assert opened.page.title().startswith("</title></style><img src=x onerror=alert(1)>")
        assert opened.complaints == []

    @pytest.mark.parametrize("opened", [*WORKED][:1], indirect=True)
    def test_a_page_without_a_script_allows_none(self, opened: Opened) -> None:
        before = len(opened.complaints)
        opened.page.evaluate("""() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
          script.remove();
        }""")
        assert opened.page.evaluate("window.ran") is None
        assert "Content Security Policy" in opened.complaints.pop()
        assert len(opened.complaints) == before


@dataclass(frozen=True)
class Word:
    """A word on paper: its place in points, from the left and from the top of its page."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        return self.bottom - self.top


A4 = (595, 842)
MARGINS = {"top": 62, "side": 51, "bottom": 57}
"""Of the style sheet, in points: 22, 18 and 20 mm."""


@dataclass(frozen=True)
class Paper:
    """A report on paper."""

    file: Path
    pages: tuple[tuple[Word, ...], ...]


@pytest.fixture(scope="module")
def paper(opened: Opened, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    if shutil.which("pdftotext") is None:
        missing("pdftotext is not installed")
    opened.show("narrow")
    path = opened.printed(tmp_path_factory.mktemp("paper") / "report.pdf")
    done = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True)  # noqa: S607 (where the user has it)
    found = []
    for part in done.stdout.decode("utf-8").split("<page ")[1:]:
        assert re.match(r'width="59[45]\.\d+" height="84[12]\.\d+"', part)
        words = re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', part, re.DOTALL)
        found.append(tuple(Word(*map(float, places), html.unescape(text)) for *places, text in words))
    return Paper(path, tuple(found))


def lines(words: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """Put the words between the margins of a page together in lines, from the top."""
    inside = sorted(
        (word for word in words if MARGINS["top"] <= word.top <= A4[1] - MARGINS["bottom"]),
        key=lambda word: (round(word.bottom), word.left),
    )
    return [tuple(line) for _, line in groupby(inside, key=lambda word: round(word.bottom))]


class TestPaper:
    def test_has_the_headings_of_the_page(self, opened: Opened, paper: Paper) -> None:
        titles = re.findall(rb"/Title \(((?:[^()\\]|\\.)*)\)", paper.file.read_bytes())
        found = {flat(re.sub(rb"\\(.)", rb"\1", title).decode("latin-1")) for title in titles}
        headings = opened.page.get_by_role("heading").all_inner_texts()
        plain = {flat(text) for text in headings if text.isascii()}
        assert len(plain) > 5
        assert plain <= found

    def test_says_on_every_page_that_it_is_not_for_publication(self, opened: Opened, paper: Paper) -> None:
        assert len(paper.pages) > 1
        texts = [" ".join(word.text for word in page) for page in paper.pages]
        assert {wording.NOT_FOR_PUBLICATION in text for text in texts} == {opened.report.internal}
        for i, text in enumerate(texts):
            assert f"Page {i + 1} / {len(texts)}" in text
            assert wording.PAGE_WORDS["footer"] in text

    def test_has_every_word_between_its_margins(self, paper: Paper) -> None:
        words = [word for page in paper.pages for word in page]
        assert len(words) > 500
        assert [word for word in words if word.left < MARGINS["side"] - 1] == []
        assert [word for word in words if word.right > A4[0] - MARGINS["side"] + 1] == []
        assert [word for word in words if word.top < 0 or word.bottom > A4[1]] == []

    def test_is_not_made_smaller_to_fit(self, paper: Paper) -> None:
        """A browser shrinks pages that are too wide: a text of 10.5 points says whether it did."""
        heights = Counter(round(word.height, 1) for page in paper.pages for word in page)
        assert any(12 <= height <= 13 for height, _ in heights.most_common(4))

    def test_leaves_no_heading_and_no_last_line_alone(self, opened: Opened, paper: Paper) -> None:
        texts = opened.page.locator("h2, h3, caption, figcaption, .label").all_inner_texts()
        headings = {flat(text) for text in texts}
        listed = {flat(text) for text in opened.page.locator("nav li").all_inner_texts()}
        said = [flat(text) for text in opened.page.locator("p").all_inner_texts()]
        for page in paper.pages:
            told = lines(page)
            text = flat("".join(word.text for word in told[-1]))
            if any(each.endswith(text) for each in said):  # a finding that is said in a summary, too
                continue
            # a heading may take several lines; the end of one may be a word of a table as well
            ends = {flat("".join(word.text for line in told[-i:] for word in line)) for i in (1, 2, 3)}
            heads = bool(headings & ends)
            assert not heads or (text in listed and told[-1][0].height < 14), text
        assert len(lines(paper.pages[-1])) > 3


class TestPictures:
    def test_are_kept_to_be_looked_at(self, opened: Opened) -> None:
        folder = artefacts() / "pages"
        folder.mkdir(exist_ok=True)
        for mode, height in PICTURED.items():
            opened.show(mode)
            opened.page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
            picture = folder / f"{opened.name}-{mode}.png"
            picture.unlink(missing_ok=True)
            whole = opened.page.evaluate("document.documentElement.scrollHeight")
            size = {"x": 0, "y": 0, "width": MODES[mode]["width"], "height": min(height or whole, whole)}
            opened.page.screenshot(path=picture, full_page=True, clip=size)
            assert picture.stat().st_size > 20_000
        opened.printed(folder / f"{opened.name}.pdf")
