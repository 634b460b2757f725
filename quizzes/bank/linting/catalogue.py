"""Every finding there is: its id, how grave it is, why it matters and how to mend it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quizzes.bank.linting.findings import Kind

# Options
KEY_LONGEST = Kind(
    "key-longest",
    "warning",
    _("The right option is clearly the longest"),
    _("Authors qualify what is true, and students know it: the longest option is a good guess."),
    _("Shorten the right option, or give the others the same length."),
)
KEY_HEDGED = Kind(
    "key-hedged",
    "warning",
    _("Only the right option is hedged"),
    _("A careful “may” or “some” among flat assertions points at the right answer."),
    _("Hedge the others as well, or move the hedge to the question."),
)
ABSOLUTE_TERM = Kind(
    "absolute-term",
    "warning",
    _("Only wrong options speak in absolutes"),
    _("“Always” and “never” are seldom true, so that such options are struck out unread."),
    _("Say it without the absolute, or ask about the absolute itself."),
)
VAGUE_TERM = Kind(
    "vague-term",
    "warning",
    _("An option rests on a vague frequency"),
    _("“Often” and “rarely” mean something else to every reader."),
    _("Give the number, or name what the text says in a word that can be checked."),
)
ALL_OF_THE_ABOVE = Kind(
    "all-of-the-above",
    "warning",
    _("An option speaks of the other options"),
    _("Two that are right give “all of the above” away, one that is wrong rules it out."),
    _("Leave it out, or ask for every option that is right."),
)
CLANG = Kind(
    "clang",
    "warning",
    _("The right option alone repeats a word of the question"),
    _("The echo leads to the right answer without any knowledge."),
    _("Use another word in one of the two, or the same word in a wrong option, too."),
)
CONVERGENCE = Kind(
    "convergence",
    "warning",
    _("The right option combines what the others have in common"),
    _("Distractors made by changing one part of the key at a time lead back to it."),
    _("Build the wrong options on one another as well as on the right one."),
)
NOT_PARALLEL = Kind(
    "not-parallel",
    "warning",
    _("The options do not have one form"),
    _("The odd one out draws the eye, and readers spend their effort on grammar."),
    _("Give all options the same kind of phrase, capital, full stop and about the same length."),
)
NOT_IN_ORDER = Kind(
    "not-in-order",
    "advice",
    _("The options are in no order"),
    _("An alphabetical or natural order keeps the author’s habits out of where the key is placed."),
    _("Sort them by number, by time, or by the alphabet."),
)
NUMERIC_OVERLAP = Kind(
    "numeric-overlap",
    "warning",
    _("The numbers of two options overlap"),
    _("A value in both makes two options right, or none clearly."),
    _("Make the ranges meet without sharing a value."),
)
OVERLAPPING_OPTIONS = Kind(
    "overlapping-options",
    "warning",
    _("One option contains another"),
    _("Where one is right the other is right as well; where one is wrong both can be struck out."),
    _("Make each option exclude the others."),
)
TWO_KEYS = Kind(
    "two-keys",
    "error",
    _("A single choice with more than one right option"),
    _("Who picks one right answer cannot know that another was meant."),
    _("Leave one fully right option, or make it a question with several right options."),
)
COUNT_MISMATCH = Kind(
    "count-mismatch",
    "error",
    _("The question announces another number of right options"),
    _("Who does what the question says cannot earn the full mark."),
    _("Bring the number in the question and the options marked right together."),
)
# Stems
NEGATIVE_STEM = Kind(
    "negative-stem",
    "warning",
    _("The question is negative and does not show it"),
    _("A “not” is read over, and then the mark says nothing about knowledge."),
    _("Ask for what is so; or, where the negation is the point, write NOT in capitals."),
)
NO_QUESTION = Kind(
    "no-question",
    "warning",
    _("The question does not state the problem"),
    _(
        "With the options covered nobody could answer; each option is a"
        " true-or-false item of its own."
    ),
    _("Put one problem into the stem and end with a question."),
)
GRAMMAR_MISMATCH = Kind(
    "grammar-mismatch",
    "warning",
    _("An option does not fit the grammar of the question"),
    _("Options that do not fit are struck out without reading what they say."),
    _("Write “a/an” or put the article into the options; keep singular with singular."),
)
# Reasons and anchors
MISSING_RATIONALE = Kind(
    "missing-rationale",
    "warning",
    _("No reason is given"),
    _("Who answered learns only that it was wrong, not which confusion it was."),
    _("Write one sentence for every option, or an explanation where there are no options."),
)
IDLE_RATIONALE = Kind(
    "idle-rationale",
    "advice",
    _("The reason says only that the text does not say it"),
    _("That teaches nothing about what was chosen."),
    _("Say what the option really belongs to, or which confusion leads to it."),
)
MISSING_ANCHOR = Kind(
    "missing-anchor",
    "warning",
    _("No passage supports the answer"),
    _("Without a passage nobody can look up why the answer is right."),
    _("Choose the sentence of the text that settles it."),
)
QUOTE_NOT_FOUND = Kind(
    "quote-not-found",
    "error",
    _("The text does not say the quote"),
    _("The link from the answer to the text is broken."),
    _("Choose the words again from the published text."),
)
VERBATIM = Kind(
    "verbatim",
    "error",
    _("More than twelve words in a row from a source"),
    _("The sources belong to others; our texts are our own words."),
    _("Say it in other words, in another order."),
)
# Sets
KEY_POSITION = Kind(
    "key-position",
    "advice",
    _("The right option is in one place too often"),
    _("Where a quiz does not shuffle its options, the place becomes a clue."),
    _("Sort the options by the alphabet or by a natural order; the key then falls anywhere."),
)
KEY_LENGTH_BIAS = Kind(
    "key-length-bias",
    "advice",
    _("The longest option is right too often"),
    _("Over a whole quiz even small differences in length become a rule to guess by."),
    _("Shorten right options, lengthen wrong ones where they are thin."),
)
NEAR_DUPLICATE = Kind(
    "near-duplicate",
    "warning",
    _("Two questions ask nearly the same"),
    _("The second tests only memory of the first, and the idea counts twice."),
    _("Keep the better one, or turn one to another side of the idea."),
)
ANSWERS_ANOTHER = Kind(
    "answers-another",
    "warning",
    _("One question of a quiz answers another"),
    _("Who reads on finds the answer, whatever they know."),
    _("Put them into different quizzes, or take the answer out of the other stem."),
)
# Notes
LONG_ANSWER = Kind(
    "long-answer",
    "advice",
    _("The answer of a card is long"),
    _("A long answer is half recalled, and then nobody can say whether it was right."),
    _("Split it into cards with an answer of a few words each."),
)
ANSWER_IN_FRONT = Kind(
    "answer-in-front",
    "warning",
    _("The front of a card gives its answer away"),
    _("The card is answered by reading, not by remembering."),
    _("Take the revealing word out of the front."),
)
CARD_LIKE_QUESTION = Kind(
    "card-like-question",
    "warning",
    _("A card is worded like a question"),
    _("Who has met one recognizes the other by its words, not by what they know."),
    _("Ask the same idea in other words, or from the other side."),
)
# Coverage, concordance and waivers
GAP = Kind(
    "gap",
    "advice",
    _("Nothing asks this passage"),
    _("What is never asked is not learned, and nobody has said that it need not be."),
    _("Write a question or a card, or list it as deliberately not asked."),
)
ASKED_AFTER_ALL = Kind(
    "asked-after-all",
    "advice",
    _("Listed as not asked, and asked"),
    _("The list says one thing and the bank does another."),
    _("Remove the passage from the list."),
)
UNUSED_WAIVER = Kind(
    "unused-waiver",
    "advice",
    _("A waiver matches no finding"),
    _("What it waived was fixed, or was never there; it would hide the next one."),
    _("Remove the waiver."),
)

KINDS: tuple[Kind, ...] = tuple(one for one in list(globals().values()) if isinstance(one, Kind))
BY_ID = {kind.id: kind for kind in KINDS}
# Only what stands in a question or a note can be waived there.
OF_SETS = frozenset({NEAR_DUPLICATE.id, ANSWERS_ANOTHER.id})
WAIVABLE = frozenset(BY_ID) - {
    kind.id for kind in (KEY_POSITION, KEY_LENGTH_BIAS, GAP, ASKED_AFTER_ALL, UNUSED_WAIVER)
}
