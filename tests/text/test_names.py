"""Which names of a sentence its translation lacks."""

import pytest

from seqviz.text.names import missing_names

DE, FR = ("de", "en"), ("fr", "en")


@pytest.mark.parametrize(
    ("source", "target", "languages", "missing"),
    [
        ("Mein Name ist Schmidt.", "My name is a Smith.", DE, ("Schmidt",)),
        ("Ich heiße Ute Vogt-Braun.", "My name is Ute.", DE, ("Vogt-Braun",)),
        ("Kennen Sie Frau Dr. Müller?", "Do you know Dr. Miller?", DE, ("Müller",)),
        ("Je m'appelle Marc Petit.", "My name is Little.", FR, ("Marc", "Petit")),
        ("Madame Roux et M. Roux sont là.", "Mrs. Red is here.", FR, ("Roux",)),
    ],
)
def test_what_is_addressed_or_introduced_is_a_name(
    source: str, target: str, languages: tuple[str, str], missing: tuple[str, ...]
) -> None:
    assert missing_names(source, target, languages) == missing


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        ("Frau Müllers Hund heißt Rex.", "Mrs. Mueller's dog is called Max.", DE),
        ("Herr Größe kam mit Frau Kühn.", "Mr. Grosse came with Ms. Kuhn.", DE),
        ("Er schenkte seiner Frau Blumen.", "He gave his wife flowers.", DE),
        ("Herr Präsident, Herr Ober, Herr Doktor!", "Sir!", DE),
        ("Das Haus gehört dem Bürgermeister.", "The house is his.", DE),
        ("Ne fais pas ta Madame Je-sais-tout !", "Don't be a know-it-all.", FR),
        ("Monsieur le maire est là.", "The mayor is here.", FR),
        ("Ich heiße Schmidt.", "Je m'appelle Dupont.", ("de", "fr")),
        ("我叫李雷。", "My name is Cheng.", ("zh", "en")),
    ],
)
def test_other_words_with_capitals_are_none(
    source: str, target: str, languages: tuple[str, str]
) -> None:
    assert missing_names(source, target, languages) == ()
