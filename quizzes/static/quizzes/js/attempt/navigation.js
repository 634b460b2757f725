// One question at a time, and what the page says of each.

import { say, toast, untoast, word } from "../notifications.js";
import { $, $$, areKeysOff, closeDialogs, isDone, isFlagged, isOpenForCheck, sectionOf, sections, slotOf } from "./page.js";

let current = 1;

export const currentSlot = () => current;
export const isLast = () => current === sections().length;

export function go(slot, { focus = true } = {}) {
	const section = sectionOf(slot);
	if (!section) return;
	if (slot !== current) untoast();
	current = slot;
	for (const one of sections()) one.hidden = one !== section;
	history.replaceState(null, "", `#q${slot}`);
	refresh();
	if (!focus) return;
	closeDialogs();
	$("h2", section).focus({ preventScroll: true });
	scrollTo(0, 0);
}

/** Say something of the question in view, to the eye and to the ear. */
export function announce(text) {
	toast(text, { about: true });
	say(text);
}

export function setState(section, state) {
	section.dataset.state = state;
	$("[data-incomplete]", section)?.remove();
	if (state === "invalid") {
		const note = document.createElement("p");
		note.className = "sub";
		note.dataset.incomplete = "";
		note.textContent = section.dataset.unfinished;
		$(".field, .opts, .parts", section)?.after(note);
	}
	refresh();
}

/** Bring links, counts and buttons to what the questions' sections say. */
export function refresh() {
	const all = sections();
	all.forEach(showInLinks);
	for (const place of $$("[data-count]")) place.textContent = word("count", { n: all.filter(isDone).length, total: all.length });
	const section = sectionOf(current);
	$("#prev").disabled = current === 1;
	$("#next span").textContent = word(isOpenForCheck(section) ? "check" : isLast() ? "finish" : "next");
	if ($("#skip")) $("#skip").hidden = !isOpenForCheck(section) || isLast();
	const choosable = Boolean($(".opt > input:enabled", section));
	$("#hint").hidden = !choosable || areKeysOff();
	$("#hint-touch").hidden = !choosable;
}

function showInLinks(section) {
	const slot = slotOf(section);
	const label = [word("question", { n: slot }), word(isDone(section) ? "answered" : "open")];
	if (isFlagged(section)) label.push(word("flagged"));
	if (slot === current) label.push(word("current"));
	for (const link of $$(`.qnav a[href="#q${slot}"]`)) {
		link.classList.toggle("done", isDone(section));
		link.classList.toggle("flag", isFlagged(section));
		if (slot === current) link.setAttribute("aria-current", "step");
		else link.removeAttribute("aria-current");
		link.setAttribute("aria-label", label.join(", "));
	}
}
