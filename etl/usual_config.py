"""What the configuration is called where nobody names another: apart, since the words of the command line load no library."""

from pathlib import Path

USUAL_CONFIG = Path("arbiter.toml")
