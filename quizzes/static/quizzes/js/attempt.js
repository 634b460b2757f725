// Taking a quiz: one question at a time, every change saved. Without this file the same form shows
// all questions below each other and saves with a button.

import { check } from "./attempt/checking.js";
import { clear, eliminations } from "./attempt/choices.js";
import { listenForKeys } from "./attempt/keys.js";
import { currentSlot, go, isLast } from "./attempt/navigation.js";
import { $, dataset, form, isDone, isOpenForCheck, sectionOf, sections, slotOf } from "./attempt/page.js";
import { outbox, restore } from "./attempt/saving.js";
import { askToSubmit } from "./attempt/submitting.js";
import { startTimer } from "./attempt/time_left.js";
import { countWords } from "./attempt/word_count.js";
import { serve } from "./sorting.js";

// What those import in turn is named here as well, so that a browser asks for all of it at once.
import "./attempt/answers.js";
import "./attempt/conflict.js";
import "./controls.js";
import "./eliminate.js";
import "./local_prefs.js";
import "./notifications.js";
import "./offline_store.js";
import "./outbox.js";
import "./timer.js";

/** Check the question in view, or go on to what comes after it. */
function next() {
	const section = sectionOf(currentSlot());
	if (isOpenForCheck(section)) check(section);
	else if (isLast()) askToSubmit();
	else go(currentSlot() + 1);
}

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const { name, value } = event.submitter ?? {};
	if (name === "clear") clear(sectionOf(value));
	else if (value === "summary") askToSubmit();
	else if (value !== "leave") next();
	else if (await outbox.flush()) location.assign(dataset.leave);
});

document.addEventListener("click", (event) => {
	const link = event.target.closest('a[href^="#q"]');
	if (!link) return;
	event.preventDefault();
	go(Number(link.hash.slice(2)));
});
addEventListener("hashchange", () => go(Number(location.hash.slice(2))));
$("#prev").addEventListener("click", () => go(currentSlot() - 1));
$("#skip")?.addEventListener("click", () => go(currentSlot() + 1));
$("#next").addEventListener("click", next);
listenForKeys(next);

document.documentElement.classList.add("live");
sections().forEach((section) => eliminations.show(section));
startTimer();
countWords(form);
serve(form);
const wanted = Number(location.hash.slice(2));
const firstOpen = sections().find((section) => !isDone(section));
go(sectionOf(wanted) ? wanted : firstOpen ? slotOf(firstOpen) : 1, { focus: false });
restore();
