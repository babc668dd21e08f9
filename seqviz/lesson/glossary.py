"""The glossary: what a term means, and how the other language calls it. One YAML file beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from seqviz.lesson.chapter import Texts
from seqviz.lesson.form import Form
from seqviz.lesson.located import Complaints, Located, read_located


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A term in every language, and what it means in one sentence."""

    term: Texts
    means: Texts


def read_glossary(text: str, file: str) -> Mapping[str, Entry]:
    """Entries by id.

    Raises:
        InputError: the first thing that is wrong with it.
    """
    complaints = Complaints(file)
    root = read_located(text, complaints) or Located({}, 1)
    found = {}
    for name, located in root.value.items():
        form = Form(located, complaints, what=name)
        found[name] = Entry(term=_texts(form, "term"), means=_texts(form, "means"))
        form.end()
    if complaints.found:
        raise complaints.found[0]
    return MappingProxyType(found)


def _texts(form: Form, key: str) -> Texts:
    return {code: str(one.value) for code, one in form.texts(key, needed=True).items()}


@cache
def glossary() -> Mapping[str, Entry]:
    """That of the shipped lesson, which a lecturer's own chapters use, too."""
    file = files(__package__).joinpath("glossary.yaml")
    return read_glossary(file.read_text("utf-8"), "glossary.yaml")
