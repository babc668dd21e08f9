"""The benchmark: ours against installed peers on the same weights, in processes of their own."""
