"""What one visitor has asked for: settings, link, words; the one door to the session's state."""
