"""What a visitor does on the page of the app, and sees there."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Locator, Page, expect

from seqviz.views.session.link import code_of
from seqviz.views.session.settings import SETTINGS, group_of
from seqviz.words import table
from tests.browser.conftest import settled

COLD_MILLISECONDS = 60_000
"""For the first translation of a server, which loads torch and a model, on a busy machine."""
MILLISECONDS = 20_000
WATCHED = {"attention": "attention", "tree": "search", "compare": "compare"}
"""The three views that the picture itself turns to, and what it calls them."""
PICTURE = ", ".join(
    [".js-plotly-plot", *(f"[data-part={name}]" for name in ("heatmap", "tree", "compare"))]
)


LED = """(query) => new Promise((arrived) => {
  const app = document.querySelector("[data-testid=stApp]");
  const runs = () => getComputedStyle(app).getPropertyValue("--runs");
  const [before, late] = [runs(), performance.now() + 30_000];
  const look = () => {
    const isRun = runs() !== before && app.dataset.testScriptState === "notRunning";
    if (isRun || performance.now() > late) arrived(isRun);
    else setTimeout(look, 20);
  };
  if (!before) return arrived(false);
  window.history.pushState({}, "", `?${query}`);
  window.dispatchEvent(new PopStateEvent("popstate"));
  look();
})"""
"""The server says how often it has drawn the whole page (staged.py): a run that begins and ends
while the browser is busy is never seen as running.
"""


def lead(page: Page, app: str, link: Mapping[str, str], *, anew: bool = False) -> None:
    """Bring the page to a link of the app; what it shows there is awaited elsewhere.

    A page of the app is led there as Back and Forward lead it, in the same session: to open it
    ``anew``, with all its scripts, takes several times as long; so is one that was busy otherwise.
    """
    if page.url.startswith(f"{app}/?") and not anew:
        settled(page)
        if page.evaluate(LED, urlencode(link)):
            return
    page.goto(f"{app}/?{urlencode(link)}")


def go(page: Page, app: str, link: Mapping[str, str] | None = None, *, anew: bool = False) -> None:
    """Show the app at a link, and wait until it shows a translation or says why it has none."""
    lead(page, app, link or {}, anew=anew)
    answer = translation(page).or_(page.locator("[data-testid=stMain] [data-testid=stAlert]"))
    expect(answer.first).to_be_visible(timeout=COLD_MILLISECONDS)
    expect(sentence_box(page)).to_be_visible()
    settled(page)


def translation(page: Page) -> Locator:
    return page.locator(".st-key-translation [data-testid=stText]")


def source(page: Page) -> Locator:
    return page.locator(".st-key-source [data-testid=stText]")


def sentence_box(page: Page) -> Locator:
    return page.locator(".st-key-text textarea")


def open_settings(page: Page) -> None:
    """Open the sidebar, if it is closed."""
    button = page.get_by_role("button", name="Settings", exact=True)
    if button.count():
        button.click()
    expect(page.get_by_test_id("stSidebar")).to_be_in_viewport()


def unfold(page: Page, key: str) -> None:
    """Show what a heading that can be folded hides."""
    fold = page.locator(f".st-key-{key} details")
    fold.evaluate("one => one.open || one.querySelector('summary').click()")


def metrics(page: Page) -> list[str]:
    """The numbers above the views: sum of log-probabilities, tokens, time, device."""
    values = page.locator("[data-testid=stMetricValue]")
    page.get_by_role("button", name="Details").click()
    expect(values).to_have_count(4)
    found = [text.strip() for text in values.all_inner_texts()]
    page.keyboard.press("Escape")
    return found


def plot(page: Page, key: str) -> Locator:
    """The plotly figure under that key, or under one that begins so."""
    return page.locator(f"[class*='st-key-{key}'] .js-plotly-plot")


def alerts(page: Page) -> Locator:
    return page.locator("[data-testid=stMain] [data-testid=stAlert]")


def alert(page: Page, text: str) -> Locator:
    """The notice that says so; while the page changes, it may stand beside one that will go."""
    return alerts(page).filter(has_text=text)


def link_of(page: Page) -> dict[str, str]:
    """The settings that the page's address stands for; as it was opened, it may leave some out."""
    return _settings(page.url)


def _settings(url: str) -> dict[str, str]:
    defaults = {code: code_of(setting.default) for code, setting in SETTINGS.items()}
    given = dict(parse_qsl(urlsplit(url).query))
    return {code: value for code, value in (defaults | given).items() if value}


def await_link(page: Page, code: str, value: str) -> None:
    """Wait until the page's address holds that setting."""
    page.wait_for_url(lambda url: _settings(url).get(code) == value, timeout=MILLISECONDS)
    settled(page)


def choose(page: Page, group: str, option: str) -> None:
    """Press one of the buttons of a segmented control."""
    page.locator(f".st-key-{group}").get_by_role("radio", name=option, exact=True).click()


def slide(slider: Locator, value: float) -> None:
    """Move a slider by the arrow keys, as fast as they can be pressed, until it stands there."""
    slider.focus()
    while (gap := value - float(slider.input_value())) and abs(gap) > 1e-6:
        slider.press("ArrowRight" if gap > 0 else "ArrowLeft")


def select(page: Page, box: str, option: str) -> None:
    """Choose an option of a select box."""
    page.locator(f".st-key-{box}").get_by_role("combobox").click()
    page.get_by_role("option", name=option, exact=True).click()


def translate(page: Page, sentence: str) -> None:
    """Type a sentence and send it with the keyboard; its translation is awaited elsewhere."""
    sentence_box(page).fill(sentence)
    sentence_box(page).press("Enter")


def drawn(page: Page) -> None:
    """Wait until the script has run and the view shows a figure."""
    settled(page)
    expect(page.locator(PICTURE).filter(visible=True).first).to_be_visible()


def tab(page: Page, view: str, language: str = "en") -> Locator:
    """The button with which the picture turns to one of its views."""
    name = table(language)[f"viewer.nav.{WATCHED[view]}"]
    return page.locator(".tabs").get_by_role("radio", name=name, exact=True)


def turn_to(page: Page, view: str) -> None:
    """Choose a view by its code on a page in English: its group first where another is shown."""
    words, group = table(), group_of(view)
    if group_of(link_of(page)["view"]) != group:
        choose(page, "group", words[f"group.{group}"])
        page.wait_for_url(lambda url: group_of(_settings(url)["view"]) == group)
    if link_of(page)["view"] != view and group == "watch":  # in the picture
        tab(page, view).check()
    elif link_of(page)["view"] != view:
        choose(page, "view", words[f"view.{view}"])
    await_link(page, "view", view)


def show(page: Page, view: str) -> None:
    """Choose one of the picture's views on a page in English, and wait until it is drawn."""
    turn_to(page, view)
    expect(tab(page, view)).to_be_checked()
    drawn(page)


def other_views(page: Page) -> list[str]:
    """The codes of all views but the one that is shown, with the first one first."""
    return [view for view in WATCHED if view != link_of(page).get("view", "attention")]


def submit(page: Page, sentence: str) -> None:
    """Type a sentence, send it, and wait until the view shows it."""
    translate(page, sentence)
    expect(source(page)).to_have_text(sentence)
    drawn(page)
