"""The verb ``cdi methods``."""

from __future__ import annotations

from cdi.cli import options

__all__ = ["methods"]


@options.verb("methods")
def methods() -> None:
    """Print a card for each method."""
    from cdi.binomial.intervals import describe_methods
    from cdi.printing.layouts import lay_out_method_cards

    options.emit(lay_out_method_cards(describe_methods()))
