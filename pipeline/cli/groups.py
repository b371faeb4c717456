"""A command that does one thing with a file, and has commands of its own besides."""

from __future__ import annotations

import click


class FileOrCommand(click.Group):
    """A group whose first argument may also be a file: then its command `default` is meant.

    With `alone` it is meant without any argument too; else that shows the help.
    """

    default = "find"
    alone = False

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What follows, with the default before what is no command."""
        meant = self.alone if not args else args[0] not in self.commands and args[0] not in ctx.help_option_names
        return super().parse_args(ctx, [self.default, *args] if meant else args)
