"""The viewer without a server: how fast large traces are drawn, and each frame after that.

A frame is what an act and the layout that follows it take before the browser can paint.
"""

import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from seqviz.trace import Trace
from seqviz.viewer import PARTS, packed, script, style, viewer_words
from tests.fixtures.toy_traces import random_trace

CLOCK = (Path(__file__).parent / "clock.js").read_text()
SHOW = """async ([data, css, drawn]) => {
    const host = document.body.appendChild(document.createElement("div"));
    const shadow = host.attachShadow({ mode: "open" });
    shadow.append(Object.assign(document.createElement("style"), { textContent: css }));
    const view = drawn === CANVAS ? "attention" : "tree";
    const given = { trace: data.trace, count: 1, words: true, step: 1, view }; // does not play
    seqviz.show({ data: { key: data.key, given } });
    const show = () => seqviz.show({ data, parentElement: shadow, setTriggerValue() {} });
    return (await clock.after(show, () => clock.look(drawn).some((one) => one.clientWidth)
        && (drawn !== CANVAS || clock.pixels(drawn)))).painted;
}"""
CANVAS = "[data-part=heatmap] canvas"
FRAME = "[data-part=tree] .tree-frame"
TIMES = 40
"""Frames of an act; what counts is their median, and the slowest."""
LARGE, LONG, MANY = "30 × 30 tokens, 6 × 8 heads", "100 × 100 tokens", "Tree of 20,000 nodes"
WANTED = {
    f"{LARGE}, drawn": "≤ 100",
    f"{LONG}, drawn": "",
    f"{LONG}, hover": "≤ 16",
    f"{LONG}, hover, slowest frame": "",
    f"{LONG}, scroll": "≤ 16",
    f"{LONG}, scroll, slowest frame": "",
    f"{MANY}, drawn": "",
    f"{MANY}, pan": "≤ 16",
    f"{MANY}, pan, slowest frame": "",
}
ACTS = {
    "hover": (
        CANVAS,
        """(canvas, time) => {
            const { left, top, width, height } = canvas.getBoundingClientRect();
            const [x, y] = [left + width * ((time * 7) % 40) / 40, top + height * (time % 40) / 40];
            const told = { clientX: x, clientY: y, bubbles: true, composed: true };
            canvas.dispatchEvent(new PointerEvent("pointermove", told));
        }""",
    ),
    "scroll": (CANVAS, "() => scrollBy(0, 30)"),
    "pan": (
        FRAME,
        """(frame) => {
            frame.scrollTo({ left: frame.scrollLeft + 90, behavior: "instant" });
            frame.dispatchEvent(new Event("scroll"));
        }""",
    ),
}
FRAMES = """async ([selector, act, times]) => {
    const [element] = clock.look(selector);
    const took = [], perform = (0, eval)(act);
    for (let time = 0; time < times; time += 1) {
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        perform(element, time);
        document.body.getBoundingClientRect();
        took.push(performance.now() - start);
    }
    return took;
}"""


def traces() -> dict[str, tuple[Trace, str, tuple[str, ...]]]:
    """By name: a trace, what of it is looked at, and what is done with that."""
    words = tuple(f"▁w{place}" for place in range(120))
    return {
        LARGE: (
            random_trace(3, 30, 5, layers=6, heads=8, source_length=30),
            "attention",
            (),
        ),
        LONG: (
            random_trace(4, 100, 2, layers=2, heads=2, source_length=100),
            "attention",
            ("hover", "scroll"),
        ),
        MANY: (random_trace(11, 200, 50, pieces=words), "tree", ("pan",)),
    }


def measure(browser: Browser, rounds: int) -> dict[str, list[float]]:
    """Milliseconds, each round on a fresh page; the first round does not count."""
    times: dict[str, list[float]] = {}
    for name, (trace, view, acts) in traces().items():
        data: dict[str, Any] = {
            "key": "one",
            "trace": "one",
            "language": "en",
            "layout": None,
            "acts": [],
            "payload": packed(trace),
            "words": viewer_words("en"),
        }
        for number in range(rounds + 1):
            with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
                page = opened(context.new_page())
                drawn = CANVAS if view == "attention" else FRAME
                found = {f"{name}, drawn": [page.evaluate(SHOW, [data, style(*PARTS), drawn])]}
                page.wait_for_timeout(1000)  # until the views that are not seen are prepared
                for act in acts:
                    found[f"{name}, {act}"] = page.evaluate(FRAMES, [*ACTS[act], TIMES])
            for what, took in found.items() if number else ():
                times.setdefault(what, []).append(statistics.median(took))
                if len(took) > 1:
                    times.setdefault(f"{what}, slowest frame", []).append(max(took))
    return times


def opened(page: Page) -> Page:
    """A page with the viewer's program."""
    page.add_init_script(CLOCK)
    page.goto("about:blank")
    program = script("page").replace("export default function", "function")
    page.add_script_tag(content=f"const CANVAS = {CANVAS!r};{program}\nprogram();")
    return page
