"""The log as lines of JSON: what happened and how long it took, and never a sentence.

Of what others log, only the text that stands in their program is kept, not what they fill in; of an
error its kind and its place, not its message.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

OURS = "seqviz"
MOST_PLACES = 8
"""Of an error, the innermost."""
_events, _errors = (logging.getLogger(f"{OURS}.{kind}") for kind in ("events", "errors"))


class JsonLines(logging.Formatter):
    """A record as one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Everything that is no visitor's own."""
        is_ours = record.name.partition(".")[0] == OURS
        facts: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage() if is_ours else str(record.msg),
        }
        facts |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            places = traceback.extract_tb(trace)[-MOST_PLACES:]
            facts["error"] = kind.__name__
            facts["at"] = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in places]
        return json.dumps(facts, ensure_ascii=False, default=str)


def tell(event: str, facts: Mapping[str, object]) -> None:
    """Log that something happened; nothing is written unless ``use_json`` was called.

    Args:
        event: what, in a word.
        facts: numbers, and names that are no visitor's.
    """
    if _events.isEnabledFor(logging.INFO):
        _events.info(event, extra={"facts": dict(facts)})


def use_json(out: TextIO) -> None:
    """Let all loggers of this process write lines of JSON from now on; most write to ``out``."""
    lines = logging.StreamHandler(out)
    lines.setFormatter(JsonLines())
    logging.root.handlers = [lines]
    for logger in map(logging.getLogger, list(logging.root.manager.loggerDict)):
        for handler in logger.handlers:
            handler.setFormatter(lines.formatter)
        if not (logger.handlers or logger.propagate):  # such warnings would come as plain text
            logger.setLevel(max(logger.level, logging.WARNING))
            logger.propagate = True
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed
    sys.unraisablehook = _could_not_be_raised
    _events.setLevel(logging.INFO)


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _errors.error("a thread has failed", exc_info=args.exc_value)


def _could_not_be_raised(args: "sys.UnraisableHookArgs") -> None:
    _errors.error("an error could not be raised", exc_info=args.exc_value)
