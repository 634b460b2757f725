// Choosing an option, clearing the choice, and ruling options out.

import { Eliminations } from "../eliminate.js";
import { say, word } from "../notifications.js";
import { currentSlot } from "./navigation.js";
import { $, $$, dataset, form, sectionOf } from "./page.js";
import { changed } from "./saving.js";

export const eliminations = new Eliminations(form, dataset.attempt, changed);

form.addEventListener("input", ({ target }) => {
	const option = target.closest(".q .opt.struck");
	if (option) eliminations.set(option, false);
});

export function clear(section) {
	const chosen = $(".opts [type=radio]:checked", section);
	if (!chosen) return;
	chosen.checked = false;
	changed(section);
	say(word("cleared"));
	// The button is gone with the choice: go back to where one is made.
	$(".opts [type=radio]", section).focus();
}

/** Choose, or rule out, an option of the question in view by its place; false when there is none. */
export function choose(index, { out = false } = {}) {
	const option = $$("label.opt", sectionOf(currentSlot()))[index];
	const input = option && $("input", option);
	if (!input || input.matches(":disabled")) return false;
	if (out) eliminations.toggle(option);
	else {
		input.focus();
		input.click();
	}
	return true;
}
