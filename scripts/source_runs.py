"""Hash every run of 13 words of texts that are not shipped, so that lint_bank can find copying.

python scripts/source_runs.py OUTPUT FILE…
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from quizzes.bank.linting.runs import digest, runs_of  # noqa: E402

HEAD = """\
# Keyed hashes of every run of 13 words (without case and punctuation) of the articles that the
# study texts were drawn from. The articles are not shipped; lint_bank finds by this file whether
# one of our texts follows them word for word. Made by scripts/source_runs.py; see NOTICE.
"""


def main(output: str, *files: str) -> None:
    hashes = {digest(run) for file in files for run in runs_of(Path(file).read_text("utf-8"))}
    Path(output).write_text(HEAD + "".join(f"{one}\n" for one in sorted(hashes)), "ascii")
    sys.stdout.write(f"{len(hashes)} runs of {len(files)} files\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
