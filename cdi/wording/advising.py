"""What is said to the analyst alone: what to do, and by which option. No report says it to its readers."""

from __future__ import annotations

import re

__all__ = ["for_readers"]

ASKED = "Did you mean "
FIND_OUT_WHY = " Find out why before acting."
LOOK_FOR = " Look for what makes months differ: the sample, the auditor, the mix of crimes."
FIX_MARGIN = "; fix it before seeing results"
GIVE_REPORTS = ": give the reports on the frame (--volumes with a population column) or a weight for each report"
GIVE_RECORDS = (
    ": name a column with the records on the frame (--population) or with a weight for each record (--weight)"
)
GIVE_FILES = ": give the files on the frame (--population COL) or a weight for each file (--weight COL)"

_ADVICE = (FIND_OUT_WHY, LOOK_FOR, FIX_MARGIN, GIVE_REPORTS, GIVE_RECORDS, GIVE_FILES)


def for_readers(text: str) -> str:
    """Leave out of what is said under a table what is said to the analyst alone; nothing may be left.

    Examples
    --------
    >>> for_readers("The margin is 3 percentage points (--margin gives another); fix it before seeing results.")
    'The margin is 3 percentage points.'
    """
    for advice in _ADVICE:
        text = text.replace(advice, "")
    plain = re.sub(r" \(--[^)]*\)", "", text)
    said = (part for part in re.split(r"(?<=[.?]) ", plain) if "--" not in part and not part.startswith(ASKED))
    return " ".join(said)
