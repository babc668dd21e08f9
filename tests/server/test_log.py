"""The log as lines of JSON, in which no visitor's sentence stands."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from seqviz.server.log import JsonLines, tell, use_json

SENTENCE = "der hund ist kalt"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged as JSON; after the test, all loggers are as before."""
    known = [logging.root, *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    handlers = {one: (list(one.handlers), one.level, one.propagate) for one in known}
    formats = {one: one.formatter for held, *_ in handlers.values() for one in held}
    hooks = threading.excepthook, sys.unraisablehook
    lines = io.StringIO()
    yield lines
    logging.captureWarnings(False)
    threading.excepthook, sys.unraisablehook = hooks
    for logger, (held, level, propagates) in handlers.items():
        logger.handlers, logger.level, logger.propagate = held, level, propagates
    for handler, formatter in formats.items():
        handler.setFormatter(formatter)
    logging.getLogger("seqviz.events").setLevel(logging.NOTSET)


def lines_of(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_a_line_with_its_facts(written: io.StringIO) -> None:
    tell("decoded", {"seconds": 0.5})
    assert written.getvalue() == ""
    use_json(written)
    tell("decoded", {"seconds": 0.5, "model": "de-en/dot"})
    (line,) = lines_of(written)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "from": "seqviz.events",
        "event": "decoded",
        "seconds": 0.5,
        "model": "de-en/dot",
    }


def test_no_sentence_stands_in_what_others_log(written: io.StringIO) -> None:
    use_json(written)
    other = logging.getLogger("tests.other")
    other.warning("bad value: %s", SENTENCE)
    try:
        raise KeyError(SENTENCE)
    except KeyError:
        other.exception("a view could not be drawn")
        logging.getLogger("seqviz.views").exception("a view could not be drawn")
    assert SENTENCE not in written.getvalue()
    warned, failed, ours = lines_of(written)
    assert warned["event"] == "bad value: %s"
    for line in (failed, ours):
        assert line["error"] == "KeyError" and line["at"][-1].startswith("test_log.py:")


def test_what_had_a_form_of_its_own_is_json_now(written: io.StringIO) -> None:
    apart = logging.getLogger("tests.apart")
    apart.propagate = False
    own = logging.StreamHandler(written)
    apart.addHandler(own)
    use_json(written)
    apart.warning("two\nlines")
    apart.removeHandler(own)
    assert isinstance(own.formatter, JsonLines)
    assert [line["event"] for line in lines_of(written)] == ["two\nlines"]


def test_warnings_of_who_has_no_handler_and_is_cut_off_are_heard(written: io.StringIO) -> None:
    cut_off = logging.getLogger("tests.cut_off")
    cut_off.propagate = False
    cut_off.setLevel(logging.INFO)
    use_json(written)
    cut_off.info("a socket was opened, which nobody heard before")
    cut_off.error("no handshake")
    assert [line["event"] for line in lines_of(written)] == ["no handshake"]


def test_what_nobody_catches_is_json_without_a_sentence(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    class Falls:
        def __del__(self) -> None:
            raise ValueError(SENTENCE)

    def fail() -> None:
        raise KeyError(SENTENCE)

    use_json(written)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    Falls()
    assert SENTENCE not in written.getvalue() + capsys.readouterr().err
    failed, fell = lines_of(written)
    assert (failed["error"], fell["error"]) == ("KeyError", "ValueError")
    assert failed["at"][-1].endswith(" fail") and fell["at"][-1].endswith(" __del__")
