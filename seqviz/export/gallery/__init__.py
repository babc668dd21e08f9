"""A site of traces and lessons: files for any static host, or for opening from a disk."""

from seqviz.export.gallery.folder import write_site
from seqviz.export.gallery.site import Site

__all__ = ["Site", "write_site"]
