"""The command line."""

from __future__ import annotations

import click

from budgetgraph import __version__
from budgetgraph.cli.publishing import publish_command
from budgetgraph.cli.reading import check_command, evaluate_command, inspect_command
from budgetgraph.cli.releases import get_command, releases_command, serve_command, settings_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="budgetgraph")
def main() -> None:
    """Read Chinese budget disclosures and publish them as linked open data. 把部门预算公开文件发布为关联开放数据。"""


for _command in (
    publish_command,
    check_command,
    inspect_command,
    evaluate_command,
    serve_command,
    get_command,
    releases_command,
    settings_command,
):
    main.add_command(_command)
