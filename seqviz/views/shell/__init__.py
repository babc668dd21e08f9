"""What stands around every view: header, notices, charts, progress, what one takes away."""
