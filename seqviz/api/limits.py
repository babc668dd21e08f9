"""How much may be asked of the API at once."""

from dataclasses import dataclass

from seqviz.errors import InputError
from seqviz.server import bounds


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The defaults are those of a page that strangers visit."""

    body_bytes: int = 2 * 2**20
    """Of one request."""
    texts: int = 256
    """Of one request."""
    decoders: int = 1
    """Decodings at once."""
    waiting: int = 32
    """Requests that wait for one; more are told when to come back."""
    work: int | None = bounds.MOST_PUBLIC_WORK
    """``DecodeOptions.work`` of one sentence, and a few times as much of one request; None: any."""
    record_bytes: int | None = bounds.MOST_PUBLIC_MEGABYTES * bounds.MEGABYTE
    """Of one recorded search; None: as many as there may ever be."""
    sent_bytes: int = 2**30
    """Of all traces that are packed and sent at once, as clients read them; one may have more."""
    evidence_tokens: int | None = bounds.MOST_EVIDENCE_TOKENS
    """Of a sentence, and of a translation, about whose words evidence is asked for; None: any."""
    a_minute: float = 0.0
    """Requests of one client; 0: any number."""
    at_once: float = 30.0
    """Requests of one client, before ``a_minute`` counts."""
    hosts: tuple[str, ...] = ("*",)
    """Names under which the server may be asked; "*": any."""
    token: str = ""
    """What every request has to show; "": nothing."""

    def check_work(self, *works: int) -> None:
        """Refuse more than there may be, of one sentence or of all in one request.

        Raises:
            InputError: ``too_much_work``.
        """
        for work in works:
            bounds.check_work(work, self.work)
        if self.work is not None:
            bounds.check_work(sum(works), TIMES * self.work)

    def check_size(self, size: int) -> None:
        """Refuse too large a record.

        Raises:
            InputError: ``too_much_memory``.
        """
        bounds.check_size(size, self.record_bytes)

    def check_evidence(self, tokens: int) -> None:
        """Refuse evidence about too long a sentence or translation.

        Raises:
            InputError: ``evidence_long``.
        """
        if self.evidence_tokens is not None and tokens > self.evidence_tokens:
            facts = {"found": tokens, "limit": self.evidence_tokens}
            raise InputError("evidence_long", facts)


TIMES = 4
"""As much work as one sentence may take, all sentences of a request may take so many times."""
