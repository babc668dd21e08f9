"""What talks to the browser: the viewer, the replay of a training, and the page's language."""
