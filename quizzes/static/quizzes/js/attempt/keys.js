// Taking a quiz by single keys.

import { isTextField } from "../controls.js";
import { choose } from "./choices.js";
import { currentSlot } from "./navigation.js";
import { $, areKeysOff } from "./page.js";

/** What a key does; true when it was ours. */
function press({ key: name, shiftKey, target }, next) {
	const key = name.toLowerCase();
	if (key === "enter") {
		if (target.closest("button, a, summary, textarea")) return false;
		next();
		return true;
	}
	if (isTextField(target) || areKeysOff()) return false;
	if (key === "f") {
		$(`[name="q${currentSlot()}-flagged"]`)?.click();
		return true;
	}
	if (/^[a-e]$/.test(key)) return choose(key.charCodeAt(0) - 97, { out: shiftKey });
	return /^[1-9]$/.test(key) && choose(Number(key) - 1);
}

/** @param next what Enter does: check, or go on */
export function listenForKeys(next) {
	document.addEventListener("keydown", (event) => {
		if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
		if (event.target.closest?.("dialog[open], details.menu, select")) return;
		// Without single keys Enter is left where it is the control's own: in a field of the form.
		if (areKeysOff() && !event.target.closest?.(".q input")) return;
		if (press(event, next)) event.preventDefault();
	});
}
