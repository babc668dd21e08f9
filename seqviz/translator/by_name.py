"""A Translator by the name of its model, or by its folder."""

from pathlib import Path

from seqviz.catalog import resolve
from seqviz.options import Precision
from seqviz.translator.devices import choose_device
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
            ``transformers`` writes it; or OWNER/MODEL of the Hugging Face hub.
        device: "auto" (the best one here), "cpu", "cuda" or "mps".
        models: the folder that holds PAIR/SYSTEM folders; None: the environment variable
            SEQVIZ_MODELS, else the models that came with the program.
        precision: of the model's numbers; halves may change a translation, and are faster on GPUs,
            and as bfloat16 on a CPU that has AVX512-BF16.

    Raises:
        ModelError: there is no such model, it is damaged, or an extra that it needs is missing.
        InputError: this machine has no such device.
    """
    return Translator(
        resolve(str(name_or_folder), models), choose_device(device), precision=precision
    )
