"""The offline page: one file of HTML that shows a whole trace without a server."""
