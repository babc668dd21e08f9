"""The sidebar: languages, system, options, one's own model, an opened trace."""
