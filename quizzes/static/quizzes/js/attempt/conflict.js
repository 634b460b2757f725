// An answer changed here and elsewhere: both are shown, the student chooses, nothing is overwritten.

import { describe, fill, isTextField, setSequence } from "../controls.js";
import { banner, savedState, say, word } from "../notifications.js";
import { currentSlot, setState } from "./navigation.js";
import { $, slotOf } from "./page.js";

/** @param mine the change held back in `outbox`, `other` what the server has */
export function showConflict(outbox, section, mine, other) {
	savedState(word("unsaved"), true);
	banner(null);
	$("[data-conflict]", section)?.remove();
	const note = $("#conflict").content.firstElementChild.cloneNode(true);
	note.dataset.conflict = "";
	const text = (answer) => describe(section, answer) || word("empty");
	$("[data-mine]", note).textContent = text(mine.answer);
	$("[data-other]", note).textContent = text(other.answer);
	const slot = slotOf(section);
	// The button in focus goes with the note: write on where the answer is.
	const close = () => {
		note.remove();
		([...section.querySelectorAll("textarea, input")].find(isTextField) ?? $("h2", section)).focus();
	};
	$("[data-keep]", note).addEventListener("click", () => {
		setSequence(section, other.sequence);
		outbox.release(slot, other.sequence);
		outbox.flush();
		close();
	});
	$("[data-take]", note).addEventListener("click", () => {
		outbox.drop(slot);
		fill(section, other);
		setSequence(section, other.sequence);
		setState(section, other.state ?? (other.answer ? "complete" : "todo"));
		savedState("");
		close();
	});
	$(".stem", section).after(note);
	if (slot !== currentSlot()) say(`${word("question", { n: slot })}: ${$("h3", note).textContent}`);
}
