// Every change is saved, and the page says how it went.

import { fill, isTextField, read, setSequence } from "../controls.js";
import { banner, savedState, say, SignIn, toast, word } from "../notifications.js";
import { OfflineStore } from "../offline_store.js";
import { AnswerOutbox, same } from "./answers.js";
import { showConflict } from "./conflict.js";
import { go, setState } from "./navigation.js";
import { $, csrf, dataset, form, isOver, sectionOf, slotOf, time } from "./page.js";

const TYPING_PAUSE_MS = 600;

const user = Number(dataset.user);
const attempt = Number(dataset.attempt);

const on = {
	saving: () => savedState(word("saving")),
	clock() {}, // for whoever shows the time left
	saved({ slot }, { sequence, state, saved_at: at }) {
		const section = sectionOf(slot);
		setSequence(section, sequence);
		if (!outbox.waiting(slot)) setState(section, state);
		if (!outbox.size) savedState(word("saved", { time: time(at) }));
	},
	conflict: (entry, other) => showConflict(outbox, sectionOf(entry.slot), entry, other),
	refused: ({ slot }, why) => unsaved("refusedTitle", why, "question", () => go(slot), { n: slot }),
	closed: () => unsaved("closedTitle", word("closed"), "toResult", () => location.assign(dataset.result)),
	failed(n, seconds) {
		const several = n > 1 ? "s" : "";
		unsaved(`failTitle${several}`, word(`fail${several}`, { n: seconds }), "tryNow", () => outbox.flush(), { n });
	},
	recovered() {
		banner("good", word("backTitle"), word("back"));
		setTimeout(() => $("#banner .good") && banner(null), 8000);
	},
	signedOut() {
		unsaved("outTitle", word("out"), "signIn", () => signIn.show());
		signIn.open(isTextField);
	},
	otherUser: () => unsaved("otherTitle", word("other", { login: word("login") }), "signIn", () => signIn.show()),
};

/** Say that something is not saved, why, and offer the way on. */
function unsaved(title, text, label, action, places = {}) {
	savedState(word("unsaved"), true);
	banner("bad", word(title, places), text, [word(label, places), action]);
}

const store = new OfflineStore({ user, kind: "answer", scope: attempt, secret: dataset.key });
export const outbox = new AnswerOutbox({ store, on, csrf, api: dataset.api, attempt, user });
const signIn = new SignIn(csrf, async () => {
	const who = await outbox.resume();
	if (who === "same" && !outbox.size) banner(null);
	return who === "same" || who === "other";
});

let pause = 0;

/** Save what a section says now: at once, or when the typing rests. */
export function changed(section, { soon = true } = {}) {
	outbox.change({ slot: slotOf(section), ...read(section) });
	if (!$("#saved").classList.contains("no")) savedState(word("saving"));
	setState(section, read(section).answer ? "complete" : "todo");
	clearTimeout(pause);
	pause = setTimeout(() => outbox.flush(), soon ? 0 : TYPING_PAUSE_MS);
}

form.addEventListener("input", ({ target }) => {
	const section = target.closest(".q");
	if (section && target.name?.startsWith(`${section.id}-`)) changed(section, { soon: !isTextField(target) });
});

form.addEventListener("focusout", ({ target }) => {
	if (isTextField(target) && outbox.size) outbox.flush();
});

addEventListener("visibilitychange", () => {
	if (document.visibilityState === "hidden") outbox.leave();
	else if (outbox.size) outbox.flush();
});
addEventListener("pagehide", () => outbox.leave());

/** Put back what an earlier page of this attempt kept and never got acknowledged. */
export async function restore() {
	let restored = 0;
	for (const kept of await store.all()) {
		const section = sectionOf(kept.slot);
		const here = section && read(section);
		if (!section || isOver(section) || same(kept, here)) {
			store.forget(kept);
			continue;
		}
		fill(section, kept);
		await outbox.change({ ...kept, sequence: here.sequence });
		setState(section, kept.answer ? "complete" : "todo");
		if (kept.sequence !== here.sequence && !same(kept.sent, here)) {
			outbox.hold(kept.slot);
			showConflict(outbox, section, kept, here);
		}
		restored += 1;
	}
	if (!restored) return;
	toast(word("restored"));
	say(word("restored"));
	await outbox.resume();
}
