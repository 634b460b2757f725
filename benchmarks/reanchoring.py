"""Is any quote moved to a wrong place when a text is edited? Compared with a plain search.

A quote taken unseen to another place than its statement's, or taken though its statement changed
or is gone, is wrongly moved; a quote shown to a person never is. Pure.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.edits import EDITS, Case, cases
from quizzes.material.anchoring import places, sentences
from quizzes.material.reanchoring.matching import find


def ours(case: Case) -> tuple[str, int] | None:
    """Return where Passage takes the quote to without asking anybody."""
    match = find(case.quote, case.old, case.new)
    return (match.passage, match.span.start) if match.is_safe and match.span else None


def naive(case: Case) -> tuple[str, int] | None:
    """Return where a plain search takes it: the words, else the stretch that difflib finds."""
    words = case.quote.span.quote
    keys = sorted(case.new, key=lambda key: key != case.quote.passage)
    for key in keys:
        if found := places(case.new[key], words):
            return key, found[0]
    best: tuple[float, str, int] = (0.8, "", 0)
    for key in keys:
        for sentence in sentences(case.new[key]):
            matcher = difflib.SequenceMatcher(None, words, sentence.quote, autojunk=False)
            if matcher.real_quick_ratio() > best[0] and matcher.quick_ratio() > best[0]:
                best = max(best, (matcher.ratio(), key, sentence.start))
    return (best[1], best[2]) if best[1] else None


@dataclass(slots=True)
class Tally:
    """What became of the edits of one kind."""

    edits: int = 0
    kept: int = 0
    flagged: int = 0
    wrong: int = 0
    still_said: int = 0


def tally(
    edited: list[Case], mover: Callable[[Case], tuple[str, int] | None]
) -> tuple[dict[str, Tally], list[Case]]:
    """Return the counts by kind, and the cases in which a quote was wrongly moved."""
    found: dict[str, Tally] = {kind: Tally() for kind in EDITS}
    wrong: list[Case] = []
    for case in edited:
        counts, place = found[case.kind], mover(case)
        counts.edits += 1
        counts.still_said += case.truth is not None
        if place is None:
            counts.flagged += 1
        elif place == case.truth:
            counts.kept += 1
        else:
            counts.wrong += 1
            wrong.append(case)
    return found, wrong


def report(each: int = 100, seed: int = 1) -> None:
    """Print what became of the quotes, compared with a plain search in the same run."""
    edited = list(cases(each, seed))
    print(f"\nQuotes of the shipped bank after {len(edited)} scripted edits (seed {seed})")
    print(f"  {'':<22}{'edits':>7}{'said still':>12}{'moved':>8}{'to a person':>13}{'WRONG':>7}"
          f"{'   plain search: moved':>24}{'WRONG':>7}")  # fmt: skip
    mine, wrong = tally(edited, ours)
    peer, _ = tally(edited, naive)
    for kind, counts in [*mine.items(), ("all", _sum(mine))]:
        other = peer[kind] if kind in peer else _sum(peer)
        print(f"  {kind:<22}{counts.edits:>7}{counts.still_said:>12}{counts.kept:>8}"
              f"{counts.flagged:>13}{counts.wrong:>7}{other.kept:>24}{other.wrong:>7}")  # fmt: skip
    total = _sum(mine)
    print(
        f"  {total.kept / total.still_said:.0%} of the statements that still stand moved by"
        f" themselves, {total.flagged / total.edits:.0%} of all went to a person;"
        f" wrongly moved: {total.wrong}, goal 0: {'MISSED' if wrong else 'met'}"
    )


def _sum(tallies: dict[str, Tally]) -> Tally:
    total: Counter[str] = Counter()
    for one in tallies.values():
        total.update({name: getattr(one, name) for name in Tally.__slots__})
    return Tally(**total)


if __name__ == "__main__":
    report()
