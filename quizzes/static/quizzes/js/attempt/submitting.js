// Submitting: what is open is named first, and nothing is submitted that is not on the server.

import { word } from "../notifications.js";
import { go } from "./navigation.js";
import { $, closeDialogs, isDone, isFlagged, sections, slotOf } from "./page.js";
import { outbox } from "./saving.js";

const dialog = $("#submit");

export function askToSubmit() {
	const all = sections();
	const open = all.filter((section) => !isDone(section)).map(slotOf);
	$("[data-answered]", dialog).textContent = word("of", { n: all.length - open.length, total: all.length });
	$("[data-open]", dialog).replaceChildren(...links(open));
	$("[data-flagged]", dialog).replaceChildren(...links(all.filter(isFlagged).map(slotOf)));
	$("[data-submit]", dialog).textContent = open.length ? word("submitOpen", { n: open.length }) : word("submit");
	$("[data-warning]", dialog).classList.toggle("warn", open.length > 0);
	closeDialogs();
	dialog.showModal();
	outbox.flush();
}

function links(slots) {
	if (!slots.length) return [word("none")];
	return slots.flatMap((slot, index) => {
		const link = document.createElement("a");
		link.href = `#q${slot}`;
		link.textContent = slot;
		link.setAttribute("aria-label", word("question", { n: slot }));
		return index ? [", ", link] : [link];
	});
}

/** Submit once everything is on the server; if it is not, stay, where nothing can be lost. */
async function submit() {
	if (await outbox.flush()) {
		submitNow();
		return;
	}
	dialog.close();
	const conflict = $("[data-conflict]")?.closest(".q");
	if (conflict) go(slotOf(conflict));
}

/** Submit whatever the server has. */
export function submitNow() {
	$("form", dialog).submit();
}

$("form", dialog).addEventListener("submit", (event) => {
	if (event.submitter?.formMethod === "dialog") return;
	event.preventDefault();
	submit();
});
