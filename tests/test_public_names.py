import seqviz
from seqviz.options import decode as options
from seqviz.trace import trace
from seqviz.translator import by_name, translator

NAMES = ["DecodeOptions", "Trace", "Translator", "load"]


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(seqviz.__all__) == NAMES
    assert sorted(dir(seqviz)) == NAMES


def test_the_public_names_are_the_real_things() -> None:
    assert seqviz.load is by_name.load
    assert seqviz.Translator is translator.Translator
    assert seqviz.Trace is trace.Trace
    assert seqviz.DecodeOptions is options.DecodeOptions
