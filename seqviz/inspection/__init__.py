"""A whole test set under the model: features of every sentence, filters, comparisons, exports."""
