// Checking one question: the server grades the saved answer and sends the question back with what may
// be shown of it.

import { read } from "../controls.js";
import { untoast, word } from "../notifications.js";
import { refresh as arrange } from "../sorting.js";
import { eliminations } from "./choices.js";
import { announce, refresh, setState } from "./navigation.js";
import { $, csrf } from "./page.js";
import { outbox } from "./saving.js";

let isChecking = false;

export async function check(section) {
	if (isChecking) return;
	if (!read(section).answer) {
		announce(word("answerFirst"));
		return;
	}
	isChecking = true;
	try {
		if (await outbox.flush()) await ask(section);
		else if (outbox.failing) announce(word("checkFail"));
	} catch {
		announce(word("checkFail"));
	} finally {
		isChecking = false;
	}
}

async function ask(section) {
	const response = await fetch(section.dataset.check, {
		method: "POST",
		headers: { "X-Fragment": "question" },
		body: new URLSearchParams({ csrfmiddlewaretoken: csrf() }),
	});
	if (response.redirected) {
		// It is over, or nobody is signed in any more.
		if ((await outbox.resume()) === "same") location.assign(response.url);
		return;
	}
	if (!response.ok) throw new Error(response.status);
	show(section, new DOMParser().parseFromString(await response.text(), "text/html"));
}

function show(section, html) {
	const fresh = $(".q", html);
	section.replaceWith(fresh);
	eliminations.show(fresh);
	arrange(fresh);
	refresh();
	const verdict = $("[data-verdict]", fresh);
	if (verdict) {
		untoast();
		verdict.focus({ preventScroll: true });
		verdict.scrollIntoView({ block: "nearest" });
	} else {
		// Not complete enough to be graded.
		setState(fresh, fresh.dataset.state);
		announce($("[data-elsewhere]", fresh)?.textContent ?? fresh.dataset.unfinished);
	}
}
