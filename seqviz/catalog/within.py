"""Work for which the system may take any time, waited for a while."""

import threading
from collections.abc import Callable
from concurrent.futures import Future


def within(seconds: float, work: Callable[[], object], undo: Callable[[], object]) -> None:
    """Do something, such as asking for the address of a name, in a thread that nobody has to end.

    Args:
        seconds: for which it is waited for.
        work: what is to be done.
        undo: called after ``work`` where nobody waited for its end.

    Raises:
        TimeoutError: it takes longer.
        Exception: what ``work`` raised.
    """
    done: Future[None] = Future()

    def run() -> None:
        try:
            work()
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    threading.Thread(target=run, name="seqviz-within", daemon=True).start()
    try:
        done.result(seconds)
    except TimeoutError:
        done.add_done_callback(lambda _: undo())
        raise
