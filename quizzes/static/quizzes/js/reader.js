// The reader: one passage at a time is current, and the panel shows its questions alone. Without
// this every group of questions is listed beside the text, in the text's order.

const panel = document.querySelector(".panel");
const passages = [...document.querySelectorAll(".psg[id]")];
const groups = new Map(
	[...document.querySelectorAll("[data-for]")].map((group) => [group.dataset.for, group]),
);
const bar = panel?.querySelector(".panel-t");
const empty = panel?.querySelector("[data-empty]");

/** Make a passage the current one: mark it, show its questions, name it in the bar of the sheet. */
function choose(passage) {
	for (const other of passages) other.classList.toggle("on", other === passage);
	const group = groups.get(passage.id);
	for (const other of groups.values()) other.hidden = other !== group;
	empty.hidden = Boolean(group);
	empty.querySelector("bdi").textContent = passage.querySelector("bdi").textContent;
	bar.querySelector("b").textContent = (group ?? empty).querySelector("h2").textContent;
	bar.querySelector(".sub").textContent = passage.querySelector(".qn")?.textContent ?? "";
}

function openSheet(open) {
	panel.classList.toggle("open", open);
	bar.setAttribute("aria-expanded", String(open));
}

function current() {
	return passages.findIndex((passage) => passage.classList.contains("on"));
}

/** Whether a key press belongs to the browser, a text field or an open dialog. */
function isTyping(event) {
	return (
		event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey ||
		event.target.closest?.("input, textarea, select, dialog[open]") !== null
	);
}

function fromAddress() {
	const id = decodeURIComponent(location.hash.slice(1));
	return passages.find((passage) => passage.id === id || `on-${passage.id}` === id);
}

if (panel && passages.length > 0) {
	choose(fromAddress() ?? passages.find((passage) => groups.has(passage.id)) ?? passages[0]);

	for (const passage of passages) {
		passage.addEventListener("click", (event) => {
			if (event.target.closest(".psg-t a")) return;
			choose(passage);
			if (event.target.closest(".qn")) {
				event.preventDefault();
				openSheet(true);
				groups.get(passage.id)?.focus({ preventScroll: true });
			}
		});
	}

	bar.addEventListener("click", () => openSheet(!panel.classList.contains("open")));

	window.addEventListener("hashchange", () => {
		const passage = fromAddress();
		if (passage) choose(passage);
	});

	document.addEventListener("keydown", (event) => {
		if (event.key === "Escape" && panel.classList.contains("open")) {
			openSheet(false);
			bar.focus();
			return;
		}
		if (isTyping(event) || document.documentElement.dataset.keys === "off") return;
		const step = { j: 1, k: -1 }[event.key.toLowerCase()];
		if (!step) return;
		event.preventDefault();
		const next = passages[Math.min(passages.length - 1, Math.max(0, current() + step))];
		choose(next);
		next.scrollIntoView({ block: "nearest" });
		// Keyboard and screen reader go on from here.
		next.querySelector(".pn").focus({ preventScroll: true });
	});
}
