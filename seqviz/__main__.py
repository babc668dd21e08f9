"""``python -m seqviz`` does what the installed ``seqviz`` does."""

import sys

from seqviz.cli import main

if __name__ == "__main__":
    sys.exit(main())
