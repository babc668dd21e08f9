"""Make the table by which SeqViz tells languages apart: seqviz/text/languages.npz.

    pip install py3langid==0.4.0 && python data/languages/make.py

py3langid (BSD-3-Clause, Marco Lui and Adrien Barbaresi) knows 100,053 n-grams of bytes and how
often each stands in 142 languages. Kept are those that tell the languages here apart best; what it
takes to load all of them, half a second and 70 MB, is saved.
"""

from collections import deque
from pathlib import Path

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from seqviz.text.languages import LATIN, TABLE, UNIT

KEPT = 18_000


def spelled(automaton: LanguageIdentifier) -> dict[int, bytes]:
    """Every feature's bytes: the shortest way from the start to the state that stands for it."""
    states, rows = np.array(automaton.tk_nextmove).reshape(-1, 256), automaton.tk_row
    names, waiting = {0: b""}, deque([0])
    while waiting:
        state = waiting.popleft()
        for byte, following in enumerate(states[rows[state]].tolist()):
            if following not in names:
                names[following] = names[state] + bytes([byte])
                waiting.append(following)
    features = automaton.tk_output
    return {features[state]: name for state, name in names.items() if features[state] >= 0}


def main() -> None:
    """Write the table; the same of every run."""
    whole = LanguageIdentifier.from_model_file(Path(MODEL_FILE))
    names = spelled(whole)
    features = np.array(sorted(names))
    columns = [whole.nb_classes.index(language) for language in LATIN]
    logs = np.asarray(whole.nb_ptc, np.float32)[features][:, columns]
    apart = logs - logs.mean(1, keepdims=True)
    worth = (np.exp(logs) * np.abs(apart)).sum(1)
    kept = features[np.argsort(-worth, kind="stable")[:KEPT]]
    order = sorted(kept.tolist(), key=names.__getitem__)
    places = np.searchsorted(features, order)
    np.savez_compressed(
        TABLE,
        grams=np.array([names[feature] for feature in order]),
        weights=np.clip(np.round(apart[places] / UNIT), -127, 127).astype(np.int8),
    )
    print(f"{KEPT} n-grams of {len(names)}, {TABLE.stat().st_size:,} bytes -> {TABLE.name}")


if __name__ == "__main__":
    main()
