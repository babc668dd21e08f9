"""The offline page: one file of HTML that shows a whole trace without a server."""

from seqviz.export.offline.page import offline_page

__all__ = ["offline_page"]
