"""The process that the tests start and kill: ``python -m qa.testing.crash_child OPENER WHAT ADDRESS ARGUMENT``."""

import sys

from qa.testing.processes import run_child

if __name__ == "__main__":
    run_child(*sys.argv[1:])
