"""Styling beyond the theme that every view shares. Nothing that anybody typed is in it."""

from string import Template

import streamlit as st

from seqviz.views.session.i18n import Words

# Streamlit's own header holds nothing but the button that opens the sidebar: ours in the first line
# presses it. What only speaks to the browser takes no room. What a narrow field says while one
# types stands below it, not on what is typed.
STYLE = Template("""<style>
[data-testid="stHeader"] { background: none; height: 0; min-height: 0; }
[data-testid="stMainBlockContainer"] { padding: .15rem 2.5rem 2.5rem; }
.st-key-browser, [class*="st-key-viewer-"] { position: absolute; width: 0;
  height: 0; overflow: hidden; }
[data-testid="stExpandSidebarButton"],
[data-testid="stSidebar"][data-collapsed="false"] ~ * .st-key-settings { display: none; }
[data-testid="stSidebar"][data-collapsed="true"] { content-visibility: hidden; } /* no key to it */
[data-testid="stSidebarCollapseButton"], /* seen before they are pointed at */
[data-testid="stCode"] > :has([data-testid="stElementToolbarButton"]) {
  visibility: visible; opacity: 1; }
.st-key-settings button { min-height: 2rem; padding-block: 0; }
.st-key-top h1 { font-size: 1.75rem; padding: 0; }
.st-key-top [data-testid="stMarkdown"] p { opacity: .8; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: .75rem; }
.st-key-model > div { min-width: 9.5rem; }
@media (min-width: 641px) {
  .st-key-navigation > :has(> .st-key-around), .st-key-top > .st-key-present { margin-left: auto; }
}
[class*="st-key-unseen"] { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
[data-testid="stLayoutWrapper"]:has(> :is([class*="st-key-unseen"], .st-key-browser,
  [class*="st-key-viewer-notes"])) { display: contents; }
.st-key-ask label[data-testid="stWidgetLabel"] { min-height: 0; }
html:not(.seqviz-unsent) .st-key-unsent { display: none; }
.st-key-text [data-testid="InputInstructions"] { display: none; }
[data-testid="stBaseButton-primaryFormSubmit"] { min-height: 4.25rem; font-weight: 600; }
[data-testid^="stBaseButton-primary"] { color: light-dark(#fff, #10151c); }
:is(.st-key-source, .st-key-translation, .st-key-found, .st-key-others, .st-key-whole)
  [data-testid="stText"] {
  font-family: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
.st-key-source [data-testid="stText"] { font-size: 1.05rem; opacity: .85; }
:is(.st-key-translation, .st-key-found) [data-testid="stText"] {
  font-size: 1.6rem; line-height: 1.3; font-weight: 600; }
[data-testid="stMetricValue"] { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
[data-testid="stSidebar"] [data-testid="stTextInput"] { padding-bottom: 1.25rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-inline: 1rem; }
  .st-key-present { display: none; }
  .st-key-top > :first-child { flex-basis: 100%; }
  .st-key-group button span:has(> [data-testid="stIconMaterial"]) { display: none; }
  .st-key-group button { padding-inline: .375rem; }
  .st-key-view [role="radiogroup"] { flex-wrap: wrap; row-gap: .25rem; overflow: visible;
    mask-image: none; }
}
.seqviz-presents .modebar { display: none; }
@media (hover: none) { .modebar, [data-testid="stElementToolbar"] { display: none; } }

html.seqviz-presents { --table: none; --least: 24px; font-size: 25.6px; }
.seqviz-presents :is([data-testid="stSidebar"], [data-testid="stHeader"],
  [data-testid="stAlert"], [data-testid="stLayoutWrapper"]:has(> :is(.st-key-top, .st-key-ask,
  .st-key-navigation, .st-key-whole, [class*="st-key-opened"]))):not($results *) {
  display: none !important; }
.seqviz-presents .st-key-screen :is([data-testid="stElementContainer"],
  [data-testid="stExpander"], [data-testid="stPopover"]):not(:has(.seqviz-picture), $results *),
.seqviz-presents .st-key-screen [data-testid="stColumn"]:not(:has(.seqviz-picture,
  [class*="st-key-marked"])) { display: none; }
.seqviz-presents :has(.st-key-screen [class*="st-key-marked"]) .st-key-translation,
.seqviz-presents [class*="st-key-marked-"]:not(.st-key-marked-sweep) > :nth-child(n + 3) {
  display: none; }
.seqviz-presents [class*="st-key-marked"] { gap: .5rem; }
.seqviz-presents [class*="st-key-systems-grid"] > :has(.seqviz-picture) { grid-column: 1 / -1; }
.seqviz-presents :has(> .seqviz-picture.stPlotlyChart) { width: calc(100% / 1.85); }
.seqviz-presents .seqviz-picture > .js-plotly-plot { transform: scale(1.85);
  transform-origin: 0 0; }
.seqviz-presents :has(> * > .seqviz-picture.stPlotlyChart) {
  margin-bottom: calc(.85 * var(--high)); overflow: visible; }
.seqviz-presents [data-testid="stMainBlockContainer"] { padding-block: .75rem 0; }
.seqviz-presents body::before { content: "$keys"; position: fixed; bottom: .75rem; left: 50%;
  z-index: 99; translate: -50%; padding: .4rem 1rem; border-radius: .5rem; font-size: .8rem;
  width: max-content; max-width: 90vw; pointer-events: none;
  color: light-dark(#fff, #10151c); background: light-dark(#10151c, #f1f4f8);
  animation: seqviz-fades 7s forwards; }
@keyframes seqviz-fades { 80% { opacity: 1; } to { opacity: 0; } }
.seqviz-black::after { content: ""; position: fixed; inset: 0; z-index: 2147483646;
  background: #000; }
.seqviz-leave { position: fixed; top: .5rem; right: .5rem; z-index: 2147483647; width: 2.75rem;
  height: 2.75rem; border: 0; border-radius: 50%; font-size: 1.5rem; cursor: pointer; opacity: 0;
  color: light-dark(#fff, #10151c); background: light-dark(#10151c, #f1f4f8); }
.seqviz-stirred .seqviz-leave, .seqviz-leave:focus-visible { opacity: 1; }
.seqviz-timer { position: fixed; right: .75rem; bottom: .25rem; z-index: 98; border: 0;
  font-size: .9375rem; font-variant-numeric: tabular-nums; color: #6b7a8d; background: none; }

@media print {
  [data-testid="stApp"] { color-scheme: light !important; background: #fff !important; }
  [data-testid="stApp"] * { color: #000 !important; background-color: transparent !important; }
  [data-testid="stPlotlyChart"] text { fill: #000 !important; }
}
</style>""")


RESULTS = f":is({', '.join(f'[class*=st-key-{key}]' for key in ('result', 'marked', 'name-of'))})"
"""Texts that stay where one presents: by the keys of what they stand in."""


def apply(w: Words) -> None:
    """Add the styles to the page."""
    st.html(STYLE.substitute(keys=w("page.present.help"), results=RESULTS))
