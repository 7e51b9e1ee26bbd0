"""`strategy rules schema`: which words there are, from the very tables that read them."""

import click

from strategy.rules.catalogue import BUILT_IN
from strategy.rules.read_directive import DIRECTIVES
from strategy.rules.say import closest


@click.command("schema")
@click.argument("word", required=False)
def command(word: str | None) -> None:
    """List every field and directive, or explain WORD."""
    if word is None:
        for name, field in BUILT_IN.items():
            click.echo(f"field      {name:<22} {field.about}")
        for name, (required, optional, _) in DIRECTIVES.items():
            keys = ", ".join([*required, *(f"[{key}]" for key in optional)])
            click.echo(f"directive  {name:<22} {keys}")
        return
    if word in BUILT_IN:
        field = BUILT_IN[word]
        click.echo(f"{word}: {field.about}\n  written as {field.kind.value}")
        if field.choices:
            click.echo(f"  one of {', '.join(field.choices)}")
        if field.unit:
            click.echo(f"  in {field.unit}, from {field.low} to {field.high}")
        click.echo(f"  in sentences: {field.en} · {field.zh}")
        click.echo("  when it is missing, a restriction fires and relief does not")
    elif word in DIRECTIVES:
        required, optional, _ = DIRECTIVES[word]
        click.echo(f"{word}: needs {', '.join((word, *required))}")
        click.echo(f"  may have {', '.join(optional) or 'nothing else'}")
    else:
        hint = closest(word, [*BUILT_IN, *DIRECTIVES])
        raise click.ClickException(f"there is no field or directive `{word}`; {hint}")
