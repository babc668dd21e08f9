"""A lesson in one page that many checks share: numbers that follow from each other, bets, keys."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from seqviz.export.handout import handout
from tests.browser.conftest import NOTHING_AHEAD, opened_file
from tests.browser.seen import SMALL, WHOLE, assert_accessible
from tests.fixtures.explained import TEXT, tiny_translators
from tests.fixtures.made_chapter import HOSTILE, STEP, made_chapter

pytestmark = pytest.mark.browser

NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?(?:e−?\d+)?")
WITHIN = 4  # a step of the dot system that is in the middle of a word
STEPS = (
    *("dot-cross", "additive-cross", "general-cross"),
    *("transformer-cross", "transformer-decoder", "transformer-encoder"),
)


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return made_chapter(tiny_translators(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def page(
    browser: Browser, chapter: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("lesson") / "lesson.html"
    with opened_file(browser, file, handout([chapter], language="en")) as opened:
        yield opened


OPENED = """step => {
  document.querySelector(".lesson-head > .plain")?.click(); // forget bets
  document.querySelector(".lesson").dataset.step = "";
  history.replaceState(null, "", `#made/${step}`);
  window.dispatchEvent(new Event("hashchange"));
}"""


def go(page: Page, step: str) -> None:
    """Open the chapter anew at a step, and wait for it, though one may stand there already."""
    page.evaluate(OPENED, step)
    expect(page.locator(".lesson")).to_have_attribute("data-step", step)


def numbers(locator: Locator) -> list[float]:
    """All of the only one."""
    (found,) = each(locator)
    return found


def each(locator: Locator) -> list[list[float]]:
    """The numbers of each, in one question to the page."""
    texts = (text.replace(",", "") for text in locator.all_inner_texts())
    return [[float(found.replace("−", "-")) for found in NUMBER.findall(text)] for text in texts]


def cells(page: Page, piece: str) -> list[float]:
    found = page.locator(f".calc .line[data-piece~={piece}] .cell")
    return [float(text.replace("−", "-")) for text in found.all_text_contents()]


def near(one: float, other: float) -> bool:
    """Right to three digits."""
    return one == other or abs(one - other) <= 0.5 * 10 ** (math.floor(math.log10(abs(other))) - 2)


def phase(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).check()


def check_score(page: Page) -> None:
    keys, products = cells(page, "key"), cells(page, "products")
    assert len(products) == len(keys) >= 2
    if page.locator("[data-piece=energies]").count():
        factors = zip(cells(page, "energies"), cells(page, "bent"), strict=True)
        bent = zip(cells(page, "query"), keys, cells(page, "bent"), strict=True)
        for q, k, b in bent:
            assert near(math.tanh(q + k), b), (q, k, b)
    else:
        factors = zip(cells(page, "query"), keys, strict=True)
    pairs = [(one * other, made) for (one, other), made in zip(factors, products, strict=True)]
    assert [pair for pair in pairs if not near(*pair)] == []
    text = page.locator(".calc .formula")
    terms = each(text.locator(".term"))
    rest = [one[0] for one in each(text.locator(".rest"))]
    found = sum(one * other for one, other in terms) + sum(rest)
    dot = re.findall(rf"= ({NUMBER.pattern})(?=;|$)", text.inner_text())[0]
    assert near(found, float(dot.replace("−", "-")))
    scaled = re.search(rf"({NUMBER.pattern}) / √(\d+) = ({NUMBER.pattern})$", text.inner_text())
    if scaled:
        whole, width, score = (float(one.replace("−", "-")) for one in scaled.groups())
        assert near(whole / math.sqrt(width), score)


def check_softmax(page: Page) -> None:
    rows = each(page.locator(".softmax .token .value"))
    scores, exps, weights = ([row[0] for row in rows[place::3]] for place in range(3))
    total = numbers(page.locator(".softmax .sum .number").first)[0]
    assert all(near(math.exp(s), e) for s, e in zip(scores, exps, strict=True))
    assert near(sum(exps), total)
    assert all(near(e / total, w) for e, w in zip(exps, weights, strict=True))


def check_sum(page: Page) -> None:
    context = [
        float(t.replace("−", "-")) for t in page.locator(".context .cell").all_text_contents()
    ]
    dims = page.locator(".context .cell")
    for place in (0, dims.count() - 1):
        dims.nth(place).hover()
        terms = each(page.locator(".calc .formula .term"))
        assert near(sum(weight * value for weight, value in terms), context[place])
    row = page.locator(".sums .token.on")
    weight = numbers(row.locator(".weight"))[0]
    value = terms[
        page.locator(".sums .token").evaluate_all(
            "all => all.findIndex((one) => one.classList.contains('on'))"
        )
    ][1]
    made = float(row.locator(".scaled .cell").last.inner_text().replace("−", "-"))
    assert near(weight * value, made)


def check_heads(page: Page) -> None:
    rows = page.locator(".calc .mixed .token")
    width = rows.last.locator(".cell").count()
    found = [float(t.replace("−", "-")) for t in rows.locator(".cell").all_text_contents()]
    *parts, output = np.array(found).reshape(-1, width)
    assert len(parts) == 3  # two heads and the bias
    assert all(map(near, np.sum(parts, 0), output))
    rows.last.locator(".cell").last.hover()
    formula = page.locator(".calc .formula").last
    terms = [one[0] for one in each(formula.locator(".term"))]
    assert near(sum(terms), output[-1]) and near(numbers(formula)[-1], output[-1])


def check_prediction(page: Page) -> None:
    page.locator(".calc .line[data-piece=combined] .cell").first.hover()
    if page.locator(".calc .line[data-piece=context]").count():
        parts = [
            cells(page, name)[0]
            for name in ("context", "state", "fed", "constant")
            if cells(page, name)
        ]
        assert near(math.tanh(sum(parts)), cells(page, "combined")[0])
    products = [w * u for w, u in zip(cells(page, "rows"), cells(page, "combined"), strict=True)]
    assert all(near(one, made) for one, made in zip(products, cells(page, "products"), strict=True))
    logit, prob = page.locator(".calc .formula").all()[-2:]
    terms = [one[0] for one in each(logit.locator(".term"))]
    rest = [one[0] for one in each(logit.locator(".rest"))]
    bias, found = numbers(logit)[-2:]
    assert near(sum(terms) + sum(rest) + bias, found)
    z, log_z, p = re.findall(
        rf"exp\(({NUMBER.pattern}) − ({NUMBER.pattern})\) = ({NUMBER.pattern})", prob.inner_text()
    )[0]
    assert near(math.exp(float(z.replace("−", "-")) - float(log_z.replace("−", "-"))), float(p))


@pytest.mark.parametrize("step", STEPS)
def test_every_number_follows_from_the_printed_ones(page: Page, step: str) -> None:
    go(page, f"numbers-{step}")
    tokens = page.locator(".calc .tokens .token")
    for token in (0, tokens.count() - 1):
        tokens.nth(token).click()
        page.mouse.move(0, 0)
        check_score(page)
    phase(page, "Softmax")
    check_softmax(page)
    phase(page, "Weighted sum")
    check_sum(page)
    if "transformer" in step:
        phase(page, "Heads")
        check_heads(page)
    if "encoder" not in step:
        phase(page, "Prediction")
        check_prediction(page)


def test_a_model_without_attention_has_only_the_prediction(page: Page) -> None:
    go(page, "numbers-none-reversed-cross")
    expect(page.locator(".calc .tabs input")).to_have_count(0)
    check_prediction(page)


def test_states_stand_in_the_order_in_which_they_were_made(page: Page) -> None:
    names = page.locator("[data-piece=encoder] .token bdi")
    changes = page.locator("[data-piece=encoder] [data-piece=change]")
    go(page, "states-none-reversed")
    backwards = names.all_text_contents()
    assert backwards[0] == "⟨eos⟩"
    assert changes.count() == len(backwards)
    go(page, "states-dot")  # it reads both ways: no state comes of the one above it
    assert names.all_text_contents() == backwards[::-1]
    assert changes.count() == 0


def test_a_term_lights_its_cells_and_a_cell_its_term(page: Page) -> None:
    go(page, "numbers-general-cross")
    terms, products = page.locator(".calc .term"), page.locator("[data-piece=products] .cell")
    terms.nth(1).hover()
    expect(products.nth(1)).to_have_class(re.compile("lit"))
    products.nth(0).hover()
    expect(terms.nth(0)).to_have_class(re.compile("lit"))
    page.mouse.move(0, 0)
    terms.nth(1).focus()
    expect(products.nth(1)).to_have_class(re.compile("lit"))
    body = page.get_by_role("application")
    body.focus()
    page.keyboard.press("Escape")
    for _ in range(products.count() + 1):  # beyond the lens, which comes along
        page.keyboard.press("ArrowRight")
    expect(terms.last).to_have_class(re.compile("lit"))
    expect(page.get_by_role("slider", name="Which numbers are shown")).to_have_js_property(
        "value", "1"
    )
    token = page.locator(".tokens .on").get_attribute("data-token")
    page.keyboard.press("ArrowDown" if token == "0" else "ArrowUp")
    other = page.locator(".tokens .on").get_attribute("data-token")
    assert other != token
    expect(page.locator(".words.source [aria-pressed=true]")).to_have_attribute(
        "data-place", str(other)
    )
    page.keyboard.press(" ")
    expect(page.get_by_role("radio", name="Softmax")).to_be_checked()


def test_temperature_flattens_and_is_what_the_step_waits_for(page: Page) -> None:
    go(page, "heat")
    weights = page.locator(".softmax .weight .number")
    before = max(float(text) for text in weights.all_text_contents())
    page.keyboard.press("Space")
    expect(page.locator(".lesson-hint")).to_contain_text("skip")
    page.get_by_role("slider", name="Temperature").press("End")
    assert max(float(text) for text in weights.all_text_contents()) < before
    lesson = page.locator(".lesson")
    expect(lesson).not_to_have_class(re.compile("waits"))
    page.keyboard.press("PageDown")  # a clicker's key is no slider's
    expect(lesson).to_have_attribute("data-step", "heat-again")
    expect(lesson).to_have_class(re.compile("waits"))
    page.get_by_role("slider", name="Temperature").press("Home")
    expect(lesson).not_to_have_class(re.compile("waits"))


def test_bets_come_before_their_reveal(page: Page) -> None:
    go(page, "next")
    lesson, told = page.locator(".lesson"), page.locator(".told")
    covered = page.locator(".words.output .chip").nth(STEP)
    heard = page.locator(".lesson > [role=status].unseen")
    question = page.locator(".bet h3").inner_text()
    expect(heard).to_have_text(f"{question} 1 cold, 2 warm, 3 hot")
    for _ in range(2):
        page.keyboard.press("PageDown")
    expect(lesson).to_have_attribute("data-step", "next")
    expect(covered).to_be_hidden()
    expect(page.locator("[data-part=next], [data-part=heatmap]")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="warm")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    expect(told).to_contain_text("The model wrote “cold”. You bet on “warm”: −0.3 bits.")
    expect(told).to_contain_text("0.300, rank 2")
    expect(told).to_contain_text(f"When the lesson was given, the bet was: “{HOSTILE}”")
    expect(covered).to_be_visible()
    expect(page.locator("[data-part=next]")).to_be_visible()
    expect(page.locator(".lesson-head .score")).to_contain_text("−0.3 bits (1)")
    page.keyboard.press("PageDown")
    expect(lesson).to_have_attribute("data-step", "row")
    sliders = page.get_by_role("slider")
    sliders.nth(3).press("ArrowUp")
    sliders.nth(2).press("ArrowUp")
    page.keyboard.press("PageDown")
    expect(told).to_contain_text("0.30 away")  # ½ (0.1 + 0.2 + 0.2 + 0.1 + 0)
    expect(told).to_contain_text(
        f"the bet was: “{TEXT.split()[2]}” 0.39 · “{TEXT.split()[3]}” 0.61"
    )
    expect(sliders.nth(2)).to_be_focused()
    page.keyboard.press("PageUp")
    expect(lesson).to_be_focused()  # what had the focus has gone
    page.keyboard.press("PageDown")
    expect(told).to_contain_text("0.30 away")


def test_arrows_and_enter_walk_as_space_does(page: Page) -> None:
    go(page, "start")
    lesson = page.locator(".lesson")
    for key, step in (
        *(("ArrowRight", "next"), ("ArrowRight", "next"), ("1", "next"), ("Enter", "next")),
        *(("Enter", "row"), ("ArrowLeft", "next"), ("ArrowLeft", "start"), ("Enter", "next")),
    ):
        page.keyboard.press(key)
        expect(lesson).to_have_attribute("data-step", step)
    expect(page.locator(".told")).to_contain_text("You bet on “cold”: +0.6 bits.")


def test_bets_can_be_forgotten(page: Page) -> None:
    go(page, "next")
    page.keyboard.press("1")
    page.keyboard.press("Space")
    score, counter = page.locator(".score"), page.locator(".counter")
    expect(score).to_contain_text("+0.6 bits (1)")
    expect(counter).to_have_text(re.compile(r"^2 / \d+$"))
    page.get_by_role("button", name="Clear bets").click()
    expect(score).to_be_empty()
    expect(page.locator(".told")).to_be_empty()
    expect(page.locator(".option[aria-pressed=true]")).to_have_count(0)
    expect(counter).to_have_text(re.compile(r"^2 / \d+$"))


@pytest.mark.parametrize(
    ("typed", "told"),
    [("WARM", "“warm”: −0.3 bits"), ("snow", "“snow”: −2.7 bits")],  # log₂(0.05 · 3)
    ids=["an-option", "another"],
)
def test_a_word_can_be_typed_as_a_bet(page: Page, typed: str, told: str) -> None:
    go(page, "start")
    go(page, "next")
    box = page.locator(".bet input")
    box.fill(typed)
    box.press("Enter")
    expect(page.locator(".told")).to_be_empty()
    page.keyboard.press("Space")
    expect(page.locator(".told")).to_contain_text(f"You bet on {told}")


def test_a_bet_within_a_word_shows_no_more_of_it_than_was_written(
    browser: Browser, chapter: dict[str, Any], tmp_path: Path
) -> None:
    (bet,) = (step for step in chapter["steps"] if step["id"] == "next")
    within = bet | {"trace": "dot", "state": bet["state"] | {"step": WITHIN}}
    within["bet"] = bet["bet"] | {"step": WITHIN}
    text = handout([chapter | {"steps": [within]}], language="en")
    with opened_file(browser, tmp_path / "lesson.html", text) as page:
        chips = page.locator(".words.output .chip:visible")
        expect(chips).to_have_count(WITHIN)
        page.keyboard.press("s")
        expect(page.locator(".words.output .chip").first).to_be_visible()
        whole = page.locator(".words.output .chip").all_inner_texts()
        assert len(whole) <= WITHIN  # so that the step was in the middle of one


def test_space_lets_a_tree_grow_beat_by_beat_and_s_ends_it(page: Page) -> None:
    go(page, "grows")
    tree = page.locator("[data-beat]")
    before = int(tree.get_attribute("data-beat") or 0)
    page.keyboard.press("Space")
    expect(tree).to_have_attribute("data-beat", str(before + 1))
    shown = page.locator("[data-part=tree] [data-node]:visible")
    few = shown.count()
    page.keyboard.press("s")
    expect(page.locator(".lesson")).to_have_attribute("data-step", "grows")
    assert shown.count() > few
    page.keyboard.press("Space")
    expect(page.locator(".lesson")).not_to_have_attribute("data-step", "grows")


def test_whoever_goes_to_the_end_of_what_grows_may_go_on(
    browser: Browser, chapter: dict[str, Any], tmp_path: Path
) -> None:
    (grows,) = (step for step in chapter["steps"] if step["id"] == "grows")
    steps = [grows | {"action": "walk", "needs": "action"}, grows | {"id": "next"}]
    text = handout([chapter | {"steps": steps}], language="en")
    with opened_file(browser, tmp_path / "lesson.html", text) as page:
        lesson = page.locator(".lesson")
        expect(lesson).to_have_class(re.compile("waits"))
        expect(page.locator(".lesson-hint")).to_contain_text("S goes to its end")
        page.keyboard.press("s")
        expect(lesson).not_to_have_class(re.compile("waits"))
        expect(page.locator(".lesson-hint")).to_be_empty()
        assert page.locator("[data-part=tree] [data-node]:visible").count() > 3
        page.keyboard.press("Space")
        expect(lesson).to_have_attribute("data-step", "next")


def test_a_sum_grows_term_by_term_and_states_token_by_token(page: Page) -> None:
    view = page.locator(".lesson")
    go(page, "sums")
    terms = page.locator("[data-part=terms] tbody tr:visible")
    expect(terms).to_have_count(1)
    page.keyboard.press("Space")
    expect(terms).to_have_text(["a−0.50−0.50", "b−1.50−2.00"])
    second = page.locator("[data-part=terms] .share-bar i").nth(1)
    style = second.get_attribute("style") or ""
    assert "left: 25%" in style
    assert "width: 75%" in style
    page.keyboard.press("Space")
    expect(view).to_have_attribute("data-step", "sums")  # its end was seen
    page.keyboard.press("Space")
    expect(view).not_to_have_attribute("data-step", "sums")
    go(page, "reads-none-reversed")
    read = page.locator("[data-piece=encoder] .token:visible")
    rest = page.locator("[data-part=states] :is([data-piece=handed], [data-piece=decoder] .token)")
    tokens = page.locator("[data-piece=encoder] .token").count()
    for count in range(1, tokens + 1):
        expect(read).to_have_count(count)
        assert page.locator("[data-piece=change]:visible").count() == count
        assert not rest.first.is_visible()
        page.keyboard.press("Space")
    assert rest.first.is_visible()  # what was handed over
    assert not rest.nth(1).is_visible()
    page.keyboard.press("Space")
    assert rest.nth(1).is_visible()
    page.keyboard.press("s")
    expect(view).to_have_attribute("data-step", "reads-none-reversed")
    assert rest.last.is_visible()


def test_codes_of_positions_are_compared_with_a_chosen_one(page: Page) -> None:
    go(page, "places")
    part = page.locator("[data-part=positions]")
    assert part.locator(".number").all_inner_texts() == ["1.00", "0.71", "0.00"]
    part.locator(".token").nth(1).click()
    assert part.locator(".number").all_inner_texts() == ["0.71", "1.00", "0.71"]
    page.locator(".words.source .chip").first.focus()
    page.keyboard.press("Enter")
    assert part.locator(".number").all_inner_texts() == ["1.00", "0.71", "0.00"]


def test_a_training_is_replayed_by_its_slider(page: Page) -> None:
    go(page, "written")
    row = page.locator(".writings tbody tr")
    expect(row).to_have_text(f"{HOSTILE}ab")
    page.get_by_role("slider", name="Training, replayed").focus()
    page.keyboard.press("ArrowRight")
    expect(row).to_have_text(re.compile("ab ✓right"))
    expect(page.locator(".writings output")).to_have_text("step 1,200")
    assert_accessible(page)


def test_norms_stand_beside_the_weights_in_words(page: Page, chapter: dict[str, Any]) -> None:
    go(page, "norms")
    part = page.locator("[data-part=norms]")
    part.locator("summary").click()
    (values,) = (step["norms"]["values"] for step in chapter["steps"] if step["id"] == "norms")
    source, target = (chapter["traces"]["dot"][key] for key in ("source", "hypotheses"))
    rows, columns = (one["words"]["starts"] for one in (target[0], source))
    assert len(columns) < len(values[0])  # some words are of several tokens
    expect(part.locator("tbody tr")).to_have_count(len(rows))  # once it is open
    drawn = each(part.locator("tbody tr"))
    sums = np.add.reduceat(np.array(values), columns, 1)
    counts = np.diff([*rows, len(values)])[:, None]
    assert drawn == pytest.approx(np.add.reduceat(sums, rows, 0) / counts, abs=0.0051)


def test_words_of_the_text_light_what_they_name(page: Page) -> None:
    go(page, "start")
    output = page.locator(".words.output")
    expect(output).to_have_css("outline-style", "none")
    page.locator(".lesson-text [data-light='sentence.translation']").hover()
    expect(output).to_have_css("outline-style", "solid")
    page.mouse.move(0, 0)
    expect(output).to_have_css("outline-style", "none")


def test_what_comes_next_is_drawn_ahead_out_of_sight(page: Page) -> None:
    """A step, and a reveal; either is what one would have seen without."""
    mark = "() => { document.querySelector('.away').dataset.ahead = true; }"
    seen = "() => document.querySelector('.lesson-picture').innerText"
    ahead = page.locator(".lesson-picture .away")
    told = "() => document.querySelector('[data-part=next]')?.checkVisibility() ?? false"
    for step, key in (("numbers-transformer-cross", "Space"), ("next", "s")):
        go(page, "start")
        page.evaluate("() => { window.requestIdleCallback = (run) => setTimeout(run); }")
        go(page, step)
        expect(ahead).to_have_count(1)
        assert page.evaluate(told) is False
        page.evaluate(mark)
        page.keyboard.press(key)
        expect(page.locator("[data-ahead]")).to_be_visible()
        then = page.locator(".lesson").get_attribute("data-step")
        assert then and (then == step) == (key == "s")
        drawn = page.evaluate(seen)
        page.evaluate(NOTHING_AHEAD)
        go(page, "start")
        go(page, then)
        page.keyboard.press("s")
        assert page.evaluate(seen) == drawn


def test_a_class_counts_hands_and_may_skip(page: Page) -> None:
    go(page, "dies")
    page.locator(".lesson-head .toggle").click()
    page.keyboard.press("1")
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "2", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert page.locator(".hands output").all_text_contents() == ["2", "2"]
    page.keyboard.press("Space")
    expect(page.locator(".told")).to_contain_text("Hands: 4, 0.0 bits on average")
    page.keyboard.press("Space")
    page.keyboard.press("s")
    page.keyboard.press("Space")
    expect(page.locator(".lesson")).to_have_attribute("data-step", "fails")
    expect(page.locator("[data-part=systems]")).to_have_count(0)
    page.keyboard.press("s")
    expect(page.locator("[data-part=systems]")).to_contain_text(HOSTILE)
    expect(page.locator(".told")).to_have_text("It is “a b”.")
    page.locator(".lesson-head .toggle").click()


def test_a_question_does_not_mark_the_step_that_may_be_its_answer(page: Page) -> None:
    go(page, "asked")
    now = page.locator(".words.output [aria-current]")
    assert now.count() == 0
    page.keyboard.press("s")
    expect(now).to_have_count(1)


def test_texts_are_texts(page: Page) -> None:
    go(page, "start")
    assert page.locator("img").count() == 0
    expect(page.locator(".lesson-text")).to_contain_text(HOSTILE)


def test_a_term_says_what_it_means_to_pointer_keys_and_ears(page: Page) -> None:
    go(page, "start")
    term, card = page.get_by_role("button", name="softmax"), page.get_by_role("tooltip")
    expect(term).to_have_accessible_description("归一化: Makes shares of numbers.")
    term.hover()
    expect(card).to_have_text("softmax 归一化Makes shares of numbers.")
    card.hover()
    expect(card).to_be_visible()
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    term.focus()
    expect(card).to_be_visible()
    expect(term).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    for key in ("Enter", "Space", "Enter"):  # opens, closes, opens: and the lesson does not go on
        page.keyboard.press(key)
        expect(term).to_have_attribute("aria-expanded", str(key == "Enter").lower())
    page.keyboard.press("Tab")
    expect(card).to_be_visible()  # it was asked to stay
    page.locator(".lesson-picture").click()
    expect(card).to_be_hidden()


def test_a_term_that_was_touched_stays_open_and_escape_closes_it_first(page: Page) -> None:
    go(page, "start")
    term, card = page.get_by_role("button", name="softmax"), page.get_by_role("tooltip")
    page.keyboard.press("p")
    term.dispatch_event("pointerover", {"pointerType": "touch"})
    expect(card).to_be_hidden()
    term.click()
    page.mouse.move(0, 0)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(page.locator(".lesson .timer")).to_be_visible()
    term.click()
    page.keyboard.press("Space")
    expect(page.locator(".lesson")).to_have_attribute("data-step", "next")
    expect(card).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".lesson .timer")).to_be_hidden()


def test_curves_have_intervals_and_a_table(page: Page) -> None:
    go(page, "curves")
    picture = page.get_by_role("img", name="without – 1–4 70.0, 5+ 20.0; with – 1–4 80.0, 5+ 50.5")
    ends = picture.locator("g > line.s1").nth(1)
    low, high = (float(ends.get_attribute(end) or 0) for end in ("y1", "y2"))
    mark = float(picture.locator("g > circle.s1").nth(1).get_attribute("cy") or 0)
    assert (low - mark) / (mark - high) == pytest.approx(1)
    page.locator(".lesson-curves summary").click()
    expect(page.locator(".lesson-curves tbody tr").nth(1)).to_have_text(
        "5+ (3)20.0 (10.0–30.0)50.5 (40.0–61.0)"
    )


def test_whoever_presents_shows_all_of_a_step_and_no_letter_under_24_pixels(page: Page) -> None:
    lesson, counter = page.locator(".lesson"), page.locator(".counter")
    page.set_viewport_size({"width": 1920, "height": 1080})
    go(page, "start")
    page.keyboard.press("p")
    _, count = counter.inner_text().split(" / ")
    for step in range(1, int(count) + 1):
        expect(counter).to_have_text(f"{step} / {count}")
        assert lesson.evaluate(SMALL) == []
        page.wait_for_function(WHOLE)
        page.keyboard.press("s")  # the reveal, or the end of what grows
        assert lesson.evaluate(SMALL) == []
        page.wait_for_function(WHOLE)
        page.get_by_role("button", name="Go on").dispatch_event("click")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_step_that_is_higher_than_the_projectors_screen_is_set_closer(page: Page) -> None:
    lesson, row = page.locator(".lesson"), page.locator("[data-part=heatmap] .band")
    tight = re.compile("tight")
    page.set_viewport_size({"width": 1920, "height": 1080})
    go(page, "norms")
    page.keyboard.press("p")
    high = row.bounding_box()
    expect(lesson).not_to_have_class(tight)
    page.set_viewport_size({"width": 1920, "height": 480})
    expect(lesson).to_have_class(tight)
    low = row.bounding_box()
    assert high and low and 24 < low["height"] < high["height"]
    assert lesson.evaluate(SMALL) == []
    page.set_viewport_size({"width": 1920, "height": 1080})
    expect(lesson).not_to_have_class(tight)
    assert row.bounding_box() == high
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_on_paper_a_training_shows_how_it_ended(
    browser: Browser, chapter: dict[str, Any], tmp_path: Path
) -> None:
    written = [step for step in chapter["steps"] if step["id"] == "written"]
    file = tmp_path / "lesson.html"
    file.write_text(handout([chapter | {"steps": written}], language="en"))
    paper = browser.new_page()
    paper.goto(f"{file.as_uri()}#print")
    expect(paper.locator(".writings output")).to_have_text("step 1,200")
    expect(paper.locator(".writings tbody tr")).to_contain_text("ab ✓")
    paper.close()


def test_all_steps_are_printed_from_the_file_by_a_button(
    browser: Browser, chapter: dict[str, Any], tmp_path: Path
) -> None:
    steps = [step for step in chapter["steps"] if step["id"] in ("start", "next", "row", "dies")]
    own = chapter | {"chapter": "own", "title": "Sentences of the class", "steps": steps[:2]}
    file = tmp_path / "lesson.html"
    file.write_text(handout([chapter | {"steps": steps}, own], language="en"))
    context = browser.new_context(offline=True, color_scheme="dark")
    context.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; };")
    paper = context.new_page()
    paper.goto(file.as_uri())
    expect(paper.locator(".lesson")).to_have_count(1)
    paper.get_by_role("button", name="Print all steps").click()
    expect(paper).to_have_url(re.compile("#print$"))  # all is laid out
    assert paper.evaluate("window.printed") == 1
    expect(paper.locator(".lesson")).to_have_count(6)
    expect(paper.get_by_role("heading", level=1)).to_have_text(["Made", "Sentences of the class"])
    expect(paper.locator(".told p.then")).to_have_count(4)  # revealed, with what was bet
    assert paper.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    printed = paper.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF") and printed.count(b"/Type /Page\n") >= 2
    paper.emulate_media(media="print")
    expect(paper.get_by_role("button", name="Print all steps")).to_be_hidden()
    paper.emulate_media(media="screen")
    paper.get_by_role("button", name="Back to the steps").click()
    expect(paper.locator(".lesson")).to_have_count(1)
    paper.close()
    context.close()


def test_axe_finds_nothing(page: Page) -> None:
    for step in (
        "row",
        "curves",
        "sums",
        "places",
        "reads-none-reversed",
        "numbers-transformer-cross",
    ):
        go(page, step)
        assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    page.emulate_media(color_scheme="light")
