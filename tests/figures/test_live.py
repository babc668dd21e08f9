from seqviz import figures
from seqviz.records.live import LiveCase


def test_cases_say_what_is_right() -> None:
    wrong = LiveCase(source="2", reference="two", translation="<i>one</i>")
    right = LiveCase(source="2", reference="two", translation="two")
    table = figures.live_cases_table([wrong, right])
    assert table.values.tolist() == [["✗", "2", "<i>one</i>", "two"], ["✓", "2", "two", "two"]]
