"""Commands that take sentences as arguments: a sentence may begin with a dash."""

from itertools import islice

import click


class SentenceCommand(click.Command):
    """A command whose arguments are sentences.

    What begins with a dash and holds a space is one, for no option does, but in what follows its
    "=". Of anything else that begins so and is no option, the message says what to do.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the sentences behind the options, where a dash means nothing."""
        try:
            return super().parse_args(ctx, self._ordered(args))
        except click.NoSuchOption as error:
            hint = "A sentence that begins with a dash goes behind --"
            message = f'{error.format_message()} {hint}: {ctx.command_path} … -- "-…".'
            raise click.UsageError(message, ctx) from error

    def _ordered(self, args: list[str]) -> list[str]:
        """Options and their values, "--", sentences; as they are where a value is missing."""
        options: list[str] = []
        sentences: list[str] = []
        rest = iter(args)
        for one in rest:
            if one == "--":
                sentences += rest
            elif self._is_sentence(one):
                sentences.append(one)
            else:
                value = [*islice(rest, one in self._taking)]
                if one in self._taking and not value:
                    return args
                options += [one, *value]
        return [*options, "--", *sentences]

    def _is_sentence(self, one: str) -> bool:
        first, *more = one.partition("=")[0].split()[:2] or ("",)
        return one == "-" or not one.startswith("-") or (bool(more) and first not in self._known)

    @property
    def _known(self) -> set[str]:
        options = (one for one in self.params if isinstance(one, click.Option))
        return {name for one in options for name in one.opts}

    @property
    def _taking(self) -> set[str]:
        """Options that are followed by their value."""
        options = (one for one in self.params if isinstance(one, click.Option))
        return {name for one in options if not one.is_flag for name in one.opts}
