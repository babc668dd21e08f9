"""How the learning rate moves from step to step."""

import math

from seqviz.training.settings import OptimiserSettings


def learning_rate(step: int, settings: OptimiserSettings) -> float:
    """The learning rate of an update.

    It rises linearly for ``warmup_steps``, then falls along half a cosine to almost 0 at the last
    step (Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983, without restarts), or with
    the inverse square root of the step (Vaswani et al. 2017, section 5.3).

    Args:
        step: from 1 to ``settings.steps``.
        settings: of the run.
    """
    warmup = settings.warmup_steps
    if step <= warmup:
        return settings.learning_rate * step / warmup
    if settings.schedule == "inverse-sqrt":
        return settings.learning_rate * math.sqrt(max(warmup, 1) / step)
    done = (step - warmup) / (settings.steps - warmup + 1)
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
