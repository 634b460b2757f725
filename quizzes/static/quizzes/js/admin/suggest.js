// Suggestions while typing. Three kinds of field, told apart by their attributes:
//
// data-suggest="/url/"                 fills the field's <datalist> from {"results": [{value, label}]}
// data-suggest data-add-to="#id"       the same, and what is chosen becomes a line of that textarea
// data-find="/url/" data-into="#id"    shows {"html"} there: the search of a page, while one types

const WAIT_MS = 250;
const SHORTEST = 2;
let timer = 0;
let newest = 0;

document.addEventListener("input", (event) => {
	const field = event.target;
	if (!field.dataset?.suggest && !field.dataset?.find) return;
	if (field.dataset.addTo && isChoice(field)) {
		addLine(field);
		return;
	}
	clearTimeout(timer);
	timer = setTimeout(() => look(field), WAIT_MS);
});

document.addEventListener("keydown", (event) => {
	const field = event.target;
	if (event.key !== "Enter") return;
	if (field.dataset?.addTo) {
		event.preventDefault();
		if (field.value.trim()) addLine(field);
	} else if (field.dataset?.find) {
		// Enter searches; it must not press the form's first button.
		event.preventDefault();
		look(field);
	}
});

async function look(field) {
	const words = field.value.trim();
	const request = ++newest;
	const into = field.dataset.into && document.querySelector(field.dataset.into);
	if (words.length < SHORTEST) {
		if (into) into.replaceChildren();
		return;
	}
	const address = `${field.dataset.suggest ?? field.dataset.find}?q=${encodeURIComponent(words)}`;
	try {
		const reply = await fetch(address, { credentials: "same-origin" });
		if (!reply.ok || request !== newest) return;
		const found = await reply.json();
		if (into) into.innerHTML = found.html;
		else fill(field, found.results);
	} catch {
		// Suggestions are a help; without them one types the name or presses the button.
	}
}

function fill(field, results) {
	field.list?.replaceChildren(
		...results.map(({ value, label }) => {
			const option = document.createElement("option");
			option.value = value;
			option.label = label;
			option.textContent = label;
			return option;
		}),
	);
}

function isChoice(field) {
	return [...(field.list?.options ?? [])].some((option) => option.value === field.value);
}

function addLine(field) {
	const area = document.querySelector(field.dataset.addTo);
	const lines = area.value.split("\n").filter((line) => line.trim());
	const name = field.value.trim();
	if (!lines.includes(name)) area.value = [...lines, name].join("\n");
	field.value = "";
	field.list?.replaceChildren();
}
