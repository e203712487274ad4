"""How fast it is: a generated desk, and what landing, publishing and the pages cost on it. Aims are shown, not asserted."""
