"""Times svy on the sample of ``million.py``, in the Python that has svy; see there.

Reads category columns from its input, a line each, and answers with a line of numbers: the seconds of processors of the
design and of the estimate, then estimates and standard errors by category.
"""

import sys
import time

import polars as pl


def main() -> None:
    """Answer line by line."""
    import svy

    frame = pl.read_parquet(sys.argv[1])
    for line in sys.stdin:
        by = line.strip().split(",")
        start = time.process_time()
        sample = svy.Sample(frame, svy.Design(stratum="force", psu="incident"))
        made = time.process_time()
        found = sample.estimation.mean("recorded", by=by[0] if len(by) == 1 else by)
        seconds = [made - start, time.process_time() - made]
        table = found.to_polars().sort(by)
        print(*seconds, *table["est"], *table["se"], flush=True)


if __name__ == "__main__":
    main()
