"""`arbiter init`: write a commented arbiter.toml."""

from argparse import Namespace

from etl.config import desk_name, need_file, template
from metrics.errors import ArbiterError


def run(options: Namespace) -> None:
    """Write the file and say what to do with it. Raises ArbiterError when it is there and nobody said `--force`,
    ConfigError for a desk of a name that none can have, and for a place where no file can be."""
    text = template(desk_name(options.desk or "desp"))
    need_file(options.config, "--config")
    if options.config.exists() and not options.force:
        raise ArbiterError(f"{options.config}: is already there: edit it, or write it anew with --force")
    options.config.parent.mkdir(parents=True, exist_ok=True)
    options.config.write_text(text, encoding="utf-8")
    print(f"wrote {options.config}: name your Jira and projects in it, set the token, then run `arbiter check`")
