"""The HTTP API of SeqViz as a Ray Serve application; ``application`` is where it begins."""
