// Flipping cards: turns a card without loading the page again, and moves by keys. Without it the
// links do the same with a load each.
//
// Mark-up: body.rev shows the front, body.rev.turned both sides; [data-turn] names what gets the
// focus; [rel=next] and [rel=prev] lead on.

const next = ["j", "arrowright"];
const previous = ["k", "arrowleft"];

function turn(link) {
	const back = link.dataset.turn === "#answer";
	document.body.classList.toggle("turned", back);
	history.replaceState(null, "", link.href.split("#")[0]);
	document.querySelector(link.dataset.turn).focus({ preventScroll: !back });
}

function inTheWay(event) {
	return (
		event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey ||
		document.documentElement.dataset.keys === "off" ||
		event.target.closest("input, textarea, select, dialog[open], summary, .menu") !== null
	);
}

document.addEventListener("click", (event) => {
	const link = event.target.closest("a[data-turn]");
	if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	turn(link);
});

document.addEventListener("keydown", (event) => {
	if (inTheWay(event)) return;
	const key = event.key.toLowerCase();
	if (key === " " || key === "enter") {
		// On a focused link the key is the link's own.
		if (event.target.closest("a, button")) return;
		const turned = document.body.classList.contains("turned");
		const link = document.querySelector(`a[data-turn="${turned ? "#front" : "#answer"}"]`);
		if (!link) return;
		event.preventDefault();
		turn(link);
		return;
	}
	const rel = next.includes(key) ? "next" : previous.includes(key) ? "prev" : "";
	const link = rel && document.querySelector(`a[rel=${rel}]`);
	if (!link) return;
	event.preventDefault();
	link.click();
});
