"""English words on the figures about training."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # curves
    "figure.training.system": "System",
    "figure.training.loss": "Loss (nats a token)",
    "figure.training.score.bleu": "Development BLEU",
    "figure.training.score.exact_match": "Exact match (%)",
    "figure.training.score.mixed": "Development score (0–100)",
    "figure.training.train": "{name}, training",
    "figure.training.dev": "{name}, development",
    "figure.training.axis.step": "Training steps",
    "figure.training.axis.seconds": "Seconds of training",
    "figure.training.axis.epoch": "Epochs",
    "figure.training.epoch": "Epoch",
    "figure.training.seconds": "Seconds",
    "figure.training.train_loss": "Training loss",
    "figure.training.dev_loss": "Development loss",
    "figure.training.score": "Score",
    "figure.training.alt": (
        "{name}: over {steps} steps the training loss goes from {first} to {last} nats a token, "
        "the development loss from {first_dev} to {last_dev}; the best development score is "
        "{best}, at step {best_step}."
    ),
    # replay, as a table
    "figure.replay.loss": "Loss of the sentence (nats a token)",
    "figure.replay.log_prob": "Σ log p of the reference",
    "figure.replay.peak": "Mean largest weight",
    "figure.replay.translation": "Greedy translation",
    # teacher forcing
    "figure.teacher.losses": "Loss of every token: −log p",
    "figure.teacher.loss": "−log p (nats)",
    "figure.teacher.mean": "mean {mean}",
    "figure.teacher.predicted": "Predicted p and target y at step {step}",
    "figure.teacher.gradient": "p − y: what the gradient pushes",
    "figure.teacher.p": "p, predicted",
    "figure.teacher.y": "y, target (one-hot)",
    "figure.teacher.p_minus_y": "p − y",
    "figure.teacher.down": "down",
    "figure.teacher.up": "up",
    "figure.teacher.push": "Pushed",
    "figure.teacher.target": "Target",
    "figure.teacher.input": "Fed before",
    "figure.teacher.losses.alt": (
        "Loss of each of {count} reference tokens: sum {total}, mean {mean} nats; the largest is "
        "{most} for “{worst}”; chosen is step {step}, “{token}”, with {loss}."
    ),
    "figure.teacher.step.alt": (
        "Step {step}: the target is “{target}”; the model gives it {prob}. Most probable: "
        "{tokens}. p − y of the target is {push}."
    ),
}
