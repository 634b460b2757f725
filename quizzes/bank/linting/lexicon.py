"""Lists of English words that the rules look for."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABSOLUTE = _words(
    "always never all every everyone everybody nobody entirely completely totally absolutely "
    "invariably impossible guaranteed certainly"
)
FREQUENCY = _words(
    "often frequently sometimes rarely seldom occasionally usually generally commonly"
)
HEDGES = _words("may might could perhaps possibly probably some sometimes usually tends")
SEVERAL = _words("two three four five six several many both")
SINGLE = _words("a an one")
# Words that step up, each a natural order of its own.
SCALES = tuple(
    tuple(scale.split())
    for scale in (
        "never rarely sometimes often always",
        "none few some many most all",
        "less same more",
        "lower unchanged higher",
        "falls unchanged rises",
        "hours days weeks months years",
        "mild moderate severe",
        "before during after",
        "yes no",
    )
)
NUMBERS = {
    name: float(value)
    for value, names in enumerate(
        (
            "no zero none",
            "a an one once single first",
            "two twice second couple",
            "three third",
            "four fourth",
            "five fifth",
            "six sixth",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
    for name in names.split()
} | {"few": 3.0, "several": 5.0, "half": 0.5}
SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_800,
    "year": 31_557_600,
    "decade": 315_576_000,
}
# Words that join others; a question and its answers share them by necessity.
EMPTY = _words(
    """
    about above according across after again against all almost along already also although always
    among amount and another any anyone anything are around article articles asks because been
    before begins being below best better between beyond both but calls can cannot claim claims
    comes could describe described describes did does doing done down during each either else
    enough even ever every everyone except feature few fewer first following for from full gave
    gets give given gives goes had has have having held her here hers him his hold holds how
    however into its itself just kind kinds last least less like made main make makes many match
    may means mention mentioned mentions might more most much must name named names near need
    needs neither never next none nor not nothing now off often once one ones only onto option
    other others our out over own part passage people per person point points put question rather
    reader reason reasons report reported reports same say says second see seem several shall she
    should show shows since some someone something sort state stated statement statements states
    still such tend tends than that the their them then there these they thing things this
    those though three through thus too toward towards true two type under until upon use used uses
    using very was way
    ways well were what when where whether which while who whole whom whose why will with within
    without word words would write writes yet you your
    """
)
