"""The command line: one file a verb; each calls one public function and prints what it gives."""

from cdi.cli.app import main

__all__ = ["main"]
