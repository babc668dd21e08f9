"""Small browser components, one plain JavaScript file each."""
