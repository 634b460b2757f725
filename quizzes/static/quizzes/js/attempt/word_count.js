// How many words a text has of those it may have: shown always, said near the limit.

import { say, word } from "../notifications.js";
import { $, $$ } from "./page.js";

const PAUSE_MS = 2_000;

/** Show the count under a text with a limit; return {near, text}, null where there is no limit. */
function show(area) {
	const most = Number(area.dataset.maxWords);
	if (!most) return null;
	const n = area.value.match(/\S+/g)?.length ?? 0;
	let place = $("[data-words]", area.closest(".field"));
	if (!place) {
		place = document.createElement("p");
		place.className = "sub num";
		place.dataset.words = "";
		area.after(place);
	}
	place.textContent = word(n > most ? "tooManyWords" : "wordCount", { n, most });
	place.classList.toggle("strong", n > most);
	return { near: n > most * 0.9, text: place.textContent };
}

/** Count in every text of `root`, now and whenever one changes. */
export function countWords(root) {
	let pause = 0;
	root.addEventListener("input", ({ target }) => {
		clearTimeout(pause);
		const count = target.matches("textarea") && show(target);
		// Said only when the typing rests.
		if (count?.near) pause = setTimeout(() => say(count.text), PAUSE_MS);
	});
	root.addEventListener("filled", ({ target }) => $$("textarea", target).forEach(show));
	$$("textarea", root).forEach(show);
}
