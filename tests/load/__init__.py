"""Many visitors at once, each followed until the page stands: see ``__main__``."""
