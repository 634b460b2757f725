// Selected words in the text: a small bar offers to highlight them or to write a note on them. With
// the keyboard the same is done in the panel, where a sentence is chosen from a list.

const bar = document.querySelector("#pick");
const form = document.querySelector("#pick-form");
const GAP = 8; // pixels between the words and the bar

/** What is chosen inside one passage: {passage, quote, near}; null for nothing there. */
function chosen(article) {
	const selection = getSelection();
	if (selection.isCollapsed || !selection.rangeCount) return null;
	const range = selection.getRangeAt(0).cloneRange();
	const from = range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer;
	const text = from.closest?.(".psg-t");
	if (!text || !article.contains(text)) return null;
	if (!text.contains(range.endContainer)) range.setEndAfter(text.lastChild);
	if (!range.toString().trim()) return null;
	wholeWords(range, text);
	const quote = range.toString().replace(/\s+/g, " ").trim();
	const near = until(text, range.startContainer, range.startOffset).replace(/\s+/g, " ").trimStart().length;
	return { passage: text.closest(".psg"), quote, near, box: range.getBoundingClientRect() };
}

/** The words of a passage up to a place. */
function until(text, node, offset) {
	const before = document.createRange();
	before.selectNodeContents(text);
	before.setEnd(node, offset);
	return before.toString();
}

/** Move the ends of a range out to the ends of the words they are in: a hand is not exact. */
function wholeWords(range, text) {
	if (!Intl.Segmenter) return;
	const all = text.textContent;
	let start = until(text, range.startContainer, range.startOffset).length;
	let end = until(text, range.endContainer, range.endOffset).length;
	// White space at the ends belongs to no word, and would lead to the next one.
	while (start < end && /\s/.test(all[start])) start++;
	while (end > start && /\s/.test(all[end - 1])) end--;
	for (const word of new Intl.Segmenter(text.closest("[lang]")?.lang || undefined, { granularity: "word" }).segment(all)) {
		const wordEnd = word.index + word.segment.length;
		if (!word.isWordLike || wordEnd <= start) continue;
		if (word.index >= end) break;
		start = Math.min(start, word.index);
		end = Math.max(end, wordEnd);
	}
	range.setStart(...placeIn(text, start, false));
	range.setEnd(...placeIn(text, end, true));
}

/** The text node and the place in it that so many signs lead to; an end stands behind its sign. */
function placeIn(text, count, isEnd) {
	const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
	let node = nodes.nextNode();
	while (node && (isEnd ? node.length < count : node.length <= count)) {
		count -= node.length;
		node = nodes.nextNode();
	}
	return node ? [node, count] : [text, text.childNodes.length];
}

function place(box) {
	bar.hidden = false;
	const width = bar.offsetWidth;
	const left = Math.min(innerWidth - width - GAP, Math.max(GAP, box.left + box.width / 2 - width / 2));
	// On touch screens the system's own menu stands above the words.
	const below = matchMedia("(pointer: coarse)").matches || box.top < bar.offsetHeight + 2 * GAP + 56;
	const top = below ? box.bottom + 2 * GAP : box.top - bar.offsetHeight - GAP;
	// The object model is the page's own; only style attributes in the markup are refused.
	bar.style.insetInlineStart = "auto";
	bar.style.left = `${left}px`;
	bar.style.top = `${Math.min(innerHeight - bar.offsetHeight - GAP, top)}px`;
}

/** Watch for words being chosen; `keep` sends the form, `write` opens it to be filled. */
export function bindSelection(article, { keep, write }) {
	let pick = null;
	const look = () => {
		pick = chosen(article);
		if (pick) place(pick.box);
		else bar.hidden = true;
	};
	document.addEventListener("selectionchange", () => {
		if (getSelection().isCollapsed) bar.hidden = true;
	});
	document.addEventListener("pointerup", (event) => {
		if (!bar.contains(event.target)) setTimeout(look);
	});
	document.addEventListener("keyup", (event) => {
		if (event.shiftKey || event.key === "Shift") look();
	});
	document.addEventListener("scroll", () => (bar.hidden = true), { passive: true });
	// The words must stay chosen while the button is pressed.
	bar.addEventListener("pointerdown", (event) => event.preventDefault());
	bar.addEventListener("click", (event) => {
		const kind = event.target.closest("button")?.dataset.pick;
		if (!kind || !pick) return;
		const { passage, quote, near } = pick;
		bar.hidden = true;
		getSelection().removeAllRanges();
		if (kind === "highlight") {
			form.elements.passage.value = passage.id;
			form.elements.quote.value = quote;
			form.elements.near.value = String(near);
			keep(form);
			return;
		}
		write(passage, (into) => {
			const choice = into.querySelector(".choose label").cloneNode(true);
			const radio = choice.querySelector("input");
			radio.value = quote;
			radio.checked = true;
			choice.querySelector("span").textContent = quote;
			choice.querySelector("span").className = "serif";
			into.querySelector(".choose legend").after(choice);
			into.elements.near.value = String(near);
		});
	});
}
