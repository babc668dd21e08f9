"""Words of the figures about the bottleneck, in English."""

WORDS: dict[str, str] = {
    "figure.lengths.title": "{metric} by source length: {test_set}, beam size {beam}",
    "figure.lengths.axis": "Source length in pieces (number of sentences)",
    "figure.lengths.range": "{first}–{last}",
    "figure.lengths.up_to": "≤ {last}",
    "figure.lengths.from": "≥ {first}",
    "figure.lengths.all": "all",
    "figure.lengths.here": "this sentence: {length}",
    "figure.lengths.bleu": "BLEU",
    "figure.lengths.chrf": "chrF",
    "figure.lengths.exact": "Exact match, %",
    "figure.lengths.hover": "{range} pieces, {sentences} sentences",
    "figure.lengths.interval": "{metric} {value} (95 %: {low} to {high})",
    "figure.lengths.system": "System",
    "figure.lengths.pieces": "Source pieces",
    "figure.lengths.sentences": "Sentences",
    "figure.lengths.low": "{metric}, 95 % from",
    "figure.lengths.high": "{metric}, 95 % to",
    "figure.lengths.alt": (
        "{metric} by source length. {name}: {first_value} for {first_range} pieces, {last_value} "
        "for {last_range}."
    ),
    "figure.forced.title": "The reference, token by token: Σ log p so far, and surprisal",
    "figure.forced.so_far": "Σ log p so far (nats)",
    "figure.forced.parting": "here they part for good",
    "figure.forced.hover": "log p {log_prob}, Σ {total}",
    "figure.forced.alt": (
        "Log-probability of the reference along its {count} tokens. {name}: {total} nats in all, "
        "the most surprising token is {worst} with {most} nats."
    ),
    "figure.longer.title": "The same sentence, over and over",
    "figure.longer.times": "Times repeated",
    "figure.longer.chrf": "chrF against its own translation",
    "figure.longer.pieces": "Source pieces",
    "figure.longer.text": "{name}: translation",
    "figure.longer.score": "{name}: chrF",
    "figure.longer.alt": (
        "{name}: repeated {times} times, chrF against its own translation is {score}."
    ),
}
