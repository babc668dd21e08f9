"""A Translator by the name of its model, or by its folder."""

from pathlib import Path

from seqviz.catalog import models_folder, resolve
from seqviz.errors import SeqVizError
from seqviz.options import Precision
from seqviz.translator.devices import choose_device
from seqviz.translator.remote import RemoteTranslator
from seqviz.translator.translator import Translator


def load(
    name_or_folder: str | Path,
    device: str = "auto",
    models: str | Path | None = None,
    *,
    precision: Precision = "float32",
) -> Translator:
    """Load a model and its tokenizers.

    Args:
        name_or_folder: PAIR/SYSTEM, such as "de-en/transformer"; a model's own folder, ours or as
            ``transformers`` writes it; OWNER/MODEL of the Hugging Face hub; or a model of a
            backend, such as "http://10.0.0.5:8600/de-en/transformer", which computes there.
        device: "auto" (the best one here), "cpu", "cuda" or "mps".
        models: the folder that holds PAIR/SYSTEM folders; None: the models of the backend that
            the environment variable SEQVIZ_BACKEND names, else the folder of SEQVIZ_MODELS, else
            the models that came with the program.
        precision: of the model's numbers; halves may change a translation, and are faster on GPUs,
            and as bfloat16 on a CPU that has AVX512-BF16.

    Raises:
        ModelError: there is no such model, it is damaged, an extra that it needs is missing, or
            its backend is away.
        InputError: this machine has no such device.
    """
    entry = resolve(str(name_or_folder), models)
    if entry.remote is not None:
        return RemoteTranslator(entry, precision=precision)
    return Translator(entry, choose_device(device), precision=precision)


def with_weights(there: Translator) -> Translator:
    """The same, for what needs the weights: in place of a backend's model its like that is here.

    Where none is here, or one with other weights, the backend's refuses such work.
    """
    if there.entry.remote is None:
        return there
    try:
        here = load(there.entry.name, "cpu", models_folder())
    except SeqVizError:
        return there
    return here if here.facts.fingerprint == there.facts.fingerprint else there
