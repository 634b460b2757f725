"""Templates whose line breaks are still part of their pages: which of them a browser needs."""

from __future__ import annotations

import re

from template_format.tokens import BLOCK, Node, Token, tokens, tree

# In these white space is ignored everywhere
STRUCTURE = frozenset(
    "html head body main table thead tbody tr ul ol dl select svg symbol g".split()  # noqa: SIM905
)
EDGE = Token("html", "", name="div")  # of a file or a block, whose white space nobody needs


def unseen(node: Node) -> bool:
    """Say whether a node puts nothing into the page."""
    if node.head.kind == "comment":
        return True
    return (
        node.end is None
        and node.head.kind == "tag"
        and (
            node.head.name in {"load", "set", "import", "from", "extends"}
            or bool(re.search(r" as \w+ *%\}$", node.head.text))
        )
    )


def edges(nodes: list[Node], last: bool, outside: list[Token | None]) -> list[Token | None]:
    """Return what may come first or last in these nodes; None is not known."""
    order = list(reversed(nodes)) if last else nodes
    for node in order:
        if unseen(node):
            continue
        if node.head.kind != "tag" or node.end is None:
            return [node.end if last and node.end and node.head.kind == "html" else node.head]
        if node.head.name in {"block", "macro"}:
            return [None]  # a page that extends this one may put anything there
        rest = order[order.index(node) + 1 :]
        past = edges(rest[::-1] if last else rest, last, outside)
        inner = [edges(children, last, past) for _, children in node.parts]
        names = {head.name for head, _ in node.parts}
        if node.head.name in {"if", "for", "ifchanged"} and not names & {"else", "empty"}:
            inner.append(past)
        return [one for found in inner for one in found]
    return outside


def settle(
    nodes: list[Node], before: list[Token | None], after: list[Token | None], free: bool
) -> None:
    """Drop the spaces that were line breaks next to what a browser shows as a block."""

    def dropped(token: Token, left: list[Token | None], right: list[Token | None]) -> None:
        if not token.broken:
            return
        sides = (
            bool(side) and all(one and one.kind == "html" and one.name in BLOCK for one in side)
            for side in (left, right)
        )
        if free or any(sides):
            token.space = ""

    for n, node in enumerate(nodes):
        left = edges(nodes[:n], True, before)
        if n and unseen(nodes[n - 1]) and node.head.broken:
            node.head.space = ""
        right = edges(nodes[n + 1 :], False, after)
        dropped(node.head, left, edges(nodes[n:], False, after))
        if node.end is None:
            continue
        html = node.head.kind == "html"
        inside: list[Token | None] = [node.head] if html else left
        beyond: list[Token | None] = [node.end] if html else right
        if node.head.name in {"block", "macro"}:
            inside = beyond = [EDGE]
        around_free = node.head.name in STRUCTURE or (
            free and not html and node.head.name not in {"block", "macro"}
        )
        if node.head.name == "macro":
            around_free = False
        for m, (head, children) in enumerate(node.parts):
            if m:
                dropped(head, edges(node.parts[m - 1][1], True, inside), beyond)
            settle(children, inside, beyond, around_free)
        dropped(node.end, edges(node.parts[-1][1], True, inside), beyond)


def plain_tree(source: str, *, jinja: bool) -> list[Node]:
    """Return the tree of a template whose line breaks are still part of its page."""
    if jinja:  # as trim_blocks, lstrip_blocks and {%- -%} read it
        source = re.sub(r"\s*\{%-", "{%", re.sub(r"-%\}\s*", "%}", source))
        source = re.sub(r"(?m)^[ \t]+(?=\{[%#])", "", source)
        source = re.sub(r"(%\}|#\})\n", r"\1", source)
    stream = tokens(source.strip("\n"))
    nodes = tree(stream)
    settle(nodes, [EDGE], [EDGE], free=any(token.name == "extends" for token in stream))
    return nodes
