"""Every sentence and label that a reader sees, in one place, so that another language can be added.

This package imports nothing of the project: the other rooms name a sentence by its key and hand over the values.
"""

from cdi.wording.faults import FAULTS, describe_fault, describe_faults, shorten, suggest, word_fault

__all__ = ["FAULTS", "describe_fault", "describe_faults", "shorten", "suggest", "word_fault"]
