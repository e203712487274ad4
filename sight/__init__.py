"""What roles may see of a mart: decided once, where it is opened, for pages and reports alike."""
