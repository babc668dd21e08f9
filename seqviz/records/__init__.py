"""Small JSON records beside the weights, and between processes."""
