"""`arbiter init`: write a commented arbiter.toml."""

from argparse import Namespace

from etl.config import TEMPLATE
from metrics.errors import ArbiterError


def run(options: Namespace) -> None:
    """Write the file and say what to do with it. Raises ArbiterError when it is there and nobody said `--force`."""
    if options.config.exists() and not options.force:
        raise ArbiterError(f"{options.config}: is already there: edit it, or write it anew with --force")
    options.config.write_text(TEMPLATE, encoding="utf-8")
    print(f"wrote {options.config}: name your Jira and projects in it, set the token, then run `arbiter check`")
