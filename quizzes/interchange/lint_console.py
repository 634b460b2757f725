"""What lint_bank prints for people: findings, the coverage of the texts, and the counts last."""

from __future__ import annotations

from collections.abc import Iterator

from quizzes.bank.linting.findings import ORDER, Finding
from quizzes.insight.coverage import SectionCoverage, TextCoverage, totals
from quizzes.interchange.linting import LintReport

_SIGNS = {"error": "!", "warning": "?", "advice": "·"}
_WIDTH = 64


def as_text(report: LintReport, *, everything: bool = True) -> str:
    """Return the report; without `everything` what was waived is only counted."""
    lines = [f"Bank {report.bank}: {report.questions} questions, {report.notes} notes", ""]
    shown = [one for one in report.findings if everything or not one.waived]
    for severity in ORDER:
        lines += [_line(one) for one in shown if one.severity == severity]
    lines += ["", *_reasons(shown), "", "Coverage by article and section:"]
    for text in report.coverage:
        lines += _coverage(text)
    return "\n".join([*lines, "", *_totals(report)])


def _totals(report: LintReport) -> Iterator[str]:
    covered, counts = totals(list(report.coverage)), report.counts()
    passages = sum(covered.values())
    share = f"{1 - covered['gap'] / passages:.0%}" if passages else "nothing"
    yield (
        f"Passages: {covered['asked']} asked, {covered['not_asked']} deliberately not asked, "
        f"{covered['gap']} gaps; {share} asked or deliberately not asked."
    )
    above = f"{report.above_recall / report.questions:.0%}" if report.questions else "none"
    yield f"Above recall: {report.above_recall} of {report.questions} questions, {above}."
    yield "Findings: " + ", ".join(f"{name} {count}" for name, count in counts.items()) + "."


def _line(one: Finding) -> str:
    other = f" and {one.other}" if one.other else ""
    place = f" {one.field}" if one.field else ""
    detail = f": {one.detail}" if one.detail else ""
    waived = f"  [waived: {one.waived}]" if one.waived else ""
    return (
        f"{_SIGNS[one.severity]} {one.subject} {one.name}{other}{place}  {one.id}{detail}{waived}"
    )


def _reasons(found: list[Finding]) -> Iterator[str]:
    """Say once of each kind of finding why it matters and how to fix it."""
    for kind in sorted({one.kind for one in found if not one.waived}, key=lambda one: one.id):
        yield f"{kind.id}: {kind.title}. {kind.why} {kind.fix}"


def _coverage(text: TextCoverage) -> Iterator[str]:
    number = len(text.passages())
    yield f"  {text.title} ({text.material}): {number - text.count('gap')} of {number}"
    for section in text.sections:
        yield from _section(section)


def _section(section: SectionCoverage) -> Iterator[str]:
    indent = "  " * section.level
    yield f"{indent}{section.title or '(before any heading)'}"
    for one in section.passages:
        if one.state == "asked":
            said = f"asked {one.asked}×: {one.questions} questions, {one.cards} cards"
        elif one.state == "not_asked":
            said = f"deliberately not asked: {one.reason}"
        else:
            said = f"GAP: {one.plain[:_WIDTH]}"
        yield f"{indent}  ¶{one.position} {one.key}  {said}"
