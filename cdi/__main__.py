"""Run the command line with ``python -m cdi``."""

from cdi.cli import main

if __name__ == "__main__":
    main()
