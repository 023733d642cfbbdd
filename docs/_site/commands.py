"""The directive ``command-line``: usage and options of every command, from the parser itself."""

import argparse
import os
from collections.abc import Iterator

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from phancong.cli.parser import parser
from phancong.words import words


class CommandLine(SphinxDirective):
    """A section for each command; the option ``lang`` says in which language."""

    option_spec = {"lang": directives.unchanged}  # noqa: RUF012  docutils reads it from the class

    def run(self) -> list[nodes.Node]:
        """One section after the other, in the order of the parser."""
        os.environ["COLUMNS"] = "80"  # argparse folds its usage to the width of a terminal
        lang = self.options.get("lang", "en")
        return [_section(name, command, lang) for name, command in _commands(lang)]


def _commands(lang: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser(words(lang))._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _section(name: str, command: argparse.ArgumentParser, lang: str) -> nodes.section:
    section = nodes.section(ids=[f"command-{lang}-{name}"], names=[])
    section += nodes.title(text=f"phancong {name}")
    section += nodes.paragraph(text=command.description or "")
    section += _block(command.format_usage())
    arguments = nodes.definition_list()
    for action in command._actions:
        if action.help is not argparse.SUPPRESS:
            arguments += _argument(command, action)
    section += arguments
    if command.epilog:
        section += nodes.paragraph(text=command.epilog)
    return section


def _block(text: str) -> nodes.literal_block:
    block = nodes.literal_block(text, text)
    block["language"] = "text"
    return block


def _argument(
    command: argparse.ArgumentParser, action: argparse.Action
) -> nodes.definition_list_item:
    invoked = command._get_formatter()._format_action_invocation(action)
    told = command._get_formatter()._expand_help(action) if action.help else ""
    return nodes.definition_list_item(
        "",
        nodes.term("", "", nodes.literal(text=invoked)),
        nodes.definition("", nodes.paragraph(text=told)),
    )
