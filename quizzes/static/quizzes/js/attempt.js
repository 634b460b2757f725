// Taking a quiz: one question at a time, every change saved. Without this file the same form shows
// all questions below each other and saves with a button.

import { describe, fill, isTextField, read, setSequence } from "./controls.js";
import { recall, remember } from "./local_prefs.js";
import { banner, savedState, say, SignIn, toast, untoast, word } from "./notifications.js";
import { Queue, same, Shelf } from "./queue.js";
import { Ruling } from "./eliminate.js";
import { refresh as arrange, serve } from "./sorting.js";
import { digits, Timer } from "./timer.js";

const TYPING_PAUSE_MS = 600;
const TELLING_PAUSE_MS = 2_000;
const RESYNC_EVERY_MS = 60_000;

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const form = $("#attempt");
const { dataset } = form;
const sections = () => $$(".q", form);
const sectionOf = (slot) => $(`#q${slot}`);
const slotOf = (section) => Number(section.dataset.slot);
const isDone = (section) => ["complete", "finished", "needs_marking"].includes(section.dataset.state);
const isFlagged = (section) => Boolean($(`[name="${section.id}-flagged"]`, section)?.checked);
const isOpenForCheck = (section) => Boolean(section.dataset.check);

function csrf(fresh) {
	const fields = $$("[name=csrfmiddlewaretoken]");
	if (fresh) for (const field of fields) field.value = fresh;
	return fields[0].value;
}

function time(iso) {
	const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
	const lang = document.documentElement.lang;
	try {
		return new Intl.DateTimeFormat(lang, { ...style, timeZone: dataset.zone }).format(new Date(iso));
	} catch {
		return new Intl.DateTimeFormat(lang, style).format(new Date(iso));
	}
}

// Saving

const on = {
	saving: () => savedState(word("saving")),
	clock: (date) => date && timer?.sync(Date.parse(date)),
	saved(entry, { slot, sequence, state, saved_at: at }) {
		const section = sectionOf(slot);
		setSequence(section, sequence);
		if (!queue.waitsFor(slot)) setState(section, state);
		if (!queue.size) savedState(word("saved", { time: time(at) }));
	},
	conflict: (entry, current) => showConflict(sectionOf(entry.slot), entry, current),
	refused(entry, why) {
		savedState(word("unsaved"), true);
		banner("bad", word("refusedTitle"), why, [word("question", { n: entry.slot }), () => go(entry.slot)]);
	},
	closed() {
		savedState(word("unsaved"), true);
		banner("bad", word("closedTitle"), word("closed"), [word("toResult"), () => location.assign(dataset.result)]);
	},
	failed(n, seconds) {
		savedState(word("unsaved"), true);
		const title = n > 1 ? word("failTitles", { n }) : word("failTitle");
		banner("bad", title, word(n > 1 ? "fails" : "fail", { n: seconds }), [word("tryNow"), () => queue.flush()]);
	},
	recovered() {
		banner("good", word("backTitle"), word("back"));
		setTimeout(() => $("#banner .good") && banner(null), 8000);
	},
	signedOut() {
		savedState(word("unsaved"), true);
		banner("bad", word("outTitle"), word("out"), [word("signIn"), () => signIn.show()]);
		signIn.open(isTextField);
	},
	otherUser() {
		savedState(word("unsaved"), true);
		banner("bad", word("otherTitle"), word("other", { login: word("login") }), [word("signIn"), () => signIn.show()]);
	},
};

const shelf = new Shelf(Number(dataset.user), Number(dataset.attempt), dataset.key);
const queue = new Queue({
	shelf,
	on,
	csrf,
	api: dataset.api,
	attempt: Number(dataset.attempt),
	user: Number(dataset.user),
});
const signIn = new SignIn(csrf, async () => {
	const who = await queue.resume();
	if (who === "same" && !queue.size) banner(null);
	return who === "same" || who === "other";
});
const ruling = new Ruling(form, dataset.attempt, (section) => changed(section, true));

let pause = 0;

function changed(section, soon) {
	queue.change({ slot: slotOf(section), ...read(section) });
	if (!$("#saved").classList.contains("no")) savedState(word("saving"));
	setState(section, read(section).answer ? "complete" : "todo");
	clearTimeout(pause);
	pause = setTimeout(() => queue.flush(), soon ? 0 : TYPING_PAUSE_MS);
}

form.addEventListener("input", ({ target }) => {
	const section = target.closest(".q");
	if (!section || !target.name?.startsWith(`${section.id}-`)) return;
	const option = target.closest(".opt.struck");
	if (option) ruling.set(option, false);
	changed(section, !isTextField(target));
});

function clear(section) {
	const picked = $(".opts [type=radio]:checked", section);
	if (!picked) return;
	picked.checked = false;
	changed(section, true);
	say(word("cleared"));
	// The button is gone with the choice: go back to where one is made.
	$(".opts [type=radio]", section).focus();
}

form.addEventListener("focusout", ({ target }) => {
	if (isTextField(target) && queue.size) queue.flush();
});

addEventListener("visibilitychange", () => {
	if (document.visibilityState === "hidden") queue.leave();
	else {
		if (queue.size) queue.flush();
		resync();
	}
});
addEventListener("pagehide", () => queue.leave());

/** Put back what an earlier page of this attempt kept and never got acknowledged. */
async function restore() {
	let restored = 0;
	for (const kept of await shelf.all()) {
		const section = sectionOf(kept.slot);
		const here = section && read(section);
		if (!section || isOver(section) || same(kept, here)) {
			shelf.forget(kept);
			continue;
		}
		fill(section, kept);
		await queue.change({ ...kept, sequence: here.sequence });
		setState(section, kept.answer ? "complete" : "todo");
		if (kept.sequence !== here.sequence && !same(kept.sent, here)) {
			queue.hold(kept.slot);
			showConflict(section, kept, here);
		}
		restored += 1;
	}
	if (!restored) return;
	toast(word("restored"));
	say(word("restored"));
	await queue.resume();
}

const isOver = (section) => ["finished", "needs_marking"].includes(section.dataset.state);

function showConflict(section, mine, other) {
	savedState(word("unsaved"), true);
	banner(null);
	$("[data-conflict]", section)?.remove();
	const note = $("#conflict").content.firstElementChild.cloneNode(true);
	note.dataset.conflict = "";
	const text = (answer) => describe(section, answer) || word("empty");
	$("[data-mine]", note).textContent = text(mine.answer);
	$("[data-other]", note).textContent = text(other.answer);
	const slot = slotOf(section);
	// The button in focus goes with the note: write on where the answer stands.
	const close = () => {
		note.remove();
		([...section.querySelectorAll("textarea, input")].find(isTextField) ?? $("h2", section)).focus();
	};
	$("[data-keep]", note).addEventListener("click", () => {
		setSequence(section, other.sequence);
		queue.release(slot, other.sequence);
		queue.flush();
		close();
	});
	$("[data-take]", note).addEventListener("click", () => {
		queue.drop(slot);
		fill(section, other);
		setSequence(section, other.sequence);
		setState(section, other.state ?? (other.answer ? "complete" : "todo"));
		savedState("");
		close();
	});
	$(".stem", section).after(note);
	if (slot !== current) say(`${word("question", { n: slot })}: ${$("h3", note).textContent}`);
}

// One question at a time

let current = 1;

function go(slot, { focus = true } = {}) {
	const section = sectionOf(slot);
	if (!section) return;
	if (slot !== current) untoast();
	current = slot;
	for (const one of sections()) one.hidden = one !== section;
	history.replaceState(null, "", `#q${slot}`);
	refresh();
	if (!focus) return;
	for (const dialog of $$("dialog[open]")) dialog.close();
	$("h2", section).focus({ preventScroll: true });
	scrollTo(0, 0);
}

/** Say something of the question in view, to the eye and to the ear. */
function tell(text) {
	toast(text, { about: true });
	say(text);
}

function setState(section, state) {
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

function refresh() {
	const all = sections();
	for (const section of all) {
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
	for (const place of $$("[data-count]")) place.textContent = word("count", { n: all.filter(isDone).length, total: all.length });
	const section = sectionOf(current);
	$("#prev").disabled = current === 1;
	$("#next span").textContent = word(isOpenForCheck(section) ? "check" : current === all.length ? "finish" : "next");
	if ($("#skip")) $("#skip").hidden = !isOpenForCheck(section) || current === all.length;
	const choosable = Boolean($(".opt > input:enabled", section));
	$("#hint").hidden = !choosable || document.documentElement.dataset.keys === "off";
	$("#hint-touch").hidden = !choosable;
}

function next() {
	const section = sectionOf(current);
	if (isOpenForCheck(section)) check(section);
	else if (current === sections().length) askToSubmit();
	else go(current + 1);
}

let checking = false;

async function check(section) {
	if (checking) return;
	if (!read(section).answer) {
		tell(word("answerFirst"));
		return;
	}
	checking = true;
	try {
		if (!(await queue.flush())) {
			if (queue.failing) tell(word("checkFail"));
			return;
		}
		const response = await fetch(section.dataset.check, {
			method: "POST",
			headers: { "X-Fragment": "question" },
			body: new URLSearchParams({ csrfmiddlewaretoken: csrf() }),
		});
		if (response.redirected && (await queue.resume()) === "same") return location.assign(response.url); // it is over
		if (response.redirected) return;
		if (!response.ok) throw new Error(response.status);
		const html = new DOMParser().parseFromString(await response.text(), "text/html");
		const fresh = $(".q", html);
		section.replaceWith(fresh);
		ruling.show(fresh);
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
			tell($("[data-elsewhere]", fresh)?.textContent ?? fresh.dataset.unfinished);
		}
	} catch {
		tell(word("checkFail"));
	} finally {
		checking = false;
	}
}

// Handing in

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

async function askToSubmit() {
	const dialog = $("#submit");
	const all = sections();
	const open = all.filter((section) => !isDone(section)).map(slotOf);
	$("[data-answered]", dialog).textContent = word("of", { n: all.length - open.length, total: all.length });
	$("[data-open]", dialog).replaceChildren(...links(open));
	$("[data-flagged]", dialog).replaceChildren(...links(all.filter(isFlagged).map(slotOf)));
	$("[data-submit]", dialog).textContent = open.length ? word("submitOpen", { n: open.length }) : word("submit");
	$("[data-warning]", dialog).classList.toggle("warn", open.length > 0);
	for (const other of $$("dialog[open]")) other.close();
	dialog.showModal();
	queue.flush();
}

/** Hand in once everything is on the server; if it is not, stay, where nothing can be lost. */
async function submit() {
	const dialog = $("#submit");
	if (await queue.flush()) {
		$("form", dialog).submit();
		return true;
	}
	dialog.close();
	const conflict = $("[data-conflict]")?.closest(".q");
	if (conflict) go(slotOf(conflict));
	return false;
}

$("#submit form").addEventListener("submit", (event) => {
	if (event.submitter?.formMethod === "dialog") return;
	event.preventDefault();
	submit();
});

form.addEventListener("submit", async (event) => {
	event.preventDefault();
	const { name, value } = event.submitter ?? {};
	if (name === "clear") clear(sectionOf(value));
	else if (value === "summary") askToSubmit();
	else if (value !== "leave") next();
	else if (await queue.flush()) location.assign(dataset.leave);
});

// Time

let timer = null;
let lastSync = performance.now();

async function resync() {
	if (!timer || performance.now() - lastSync < RESYNC_EVERY_MS) return true;
	lastSync = performance.now();
	return askForTime();
}

/** Ask the server what time it is and whether more was granted; false when it cannot be asked. */
async function askForTime() {
	try {
		const response = await fetch(`${dataset.api}attempts/${dataset.attempt}/`, { headers: { Accept: "application/json" } });
		if (!response.ok) return false;
		const { deadline, server_time: now } = await response.json();
		timer.sync(Date.parse(now), Date.parse(deadline));
		return true;
	} catch {
		return false;
	}
}

/** Zero: save, make sure that it is zero, hand in. While the server cannot be reached, try again. */
async function timeIsUp() {
	await queue.flush();
	if (!(await askForTime())) setTimeout(timeIsUp, 10_000);
	else if (timer.left <= 0) $("#submit form").submit();
}

if (dataset.seconds !== undefined) {
	const place = $("#timer");
	const button = $("#hide-timer");
	let hidden = recall("timer") === "hidden";
	const show = (seconds) => {
		place.textContent = hidden ? word("hidden") : digits(seconds);
		const left = $("#submit [data-left]");
		if (left) left.textContent = digits(seconds);
	};
	const press = () => {
		button.setAttribute("aria-pressed", String(hidden));
		button.textContent = word(hidden ? "showTimer" : "hideTimer");
	};
	timer = new Timer(Number(dataset.seconds), Date.parse(dataset.deadline), {
		show,
		warn(minutes) {
			const text = minutes === 1 ? word("minute") : word("minutes", { n: minutes });
			toast(text);
			say(text);
		},
		over() {
			toast(word("timeUp"));
			timeIsUp();
		},
	});
	button.addEventListener("click", () => {
		hidden = !hidden;
		remember("timer", hidden ? "hidden" : null);
		press();
		show(Math.ceil(timer.left));
	});
	press();
}

// Words

let telling = 0;

/** Show how many words a text has of those it may have; null where there is no limit. */
function countWords(area) {
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

form.addEventListener("input", ({ target }) => {
	clearTimeout(telling);
	const count = target.matches("textarea") && countWords(target);
	// Said only near the limit, and when the typing rests.
	if (count?.near) telling = setTimeout(() => say(count.text), TELLING_PAUSE_MS);
});
form.addEventListener("filled", ({ target }) => $$("textarea", target).forEach(countWords));

// Keys

function choose(index, out) {
	const option = $$("label.opt", sectionOf(current))[index];
	const input = option && $("input", option);
	if (!input || input.matches(":disabled")) return false;
	if (out) ruling.toggle(option);
	else {
		input.focus();
		input.click();
	}
	return true;
}

/** What a key does; true when it was ours. */
function pressKey(event) {
	const key = event.key.toLowerCase();
	const { target } = event;
	if (key === "enter") {
		if (target.closest("button, a, summary, textarea")) return false;
		next();
		return true;
	}
	if (isTextField(target) || document.documentElement.dataset.keys === "off") return false;
	if (key === "f") {
		$(`[name="q${current}-flagged"]`)?.click();
		return true;
	}
	if (/^[a-e]$/.test(key)) return choose(key.charCodeAt(0) - 97, event.shiftKey);
	return /^[1-9]$/.test(key) && choose(Number(key) - 1, false);
}

document.addEventListener("keydown", (event) => {
	if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
	if (event.target.closest?.("dialog[open], details.menu, select")) return;
	// Without single keys Enter is left where it is the control's own: in a field of the form.
	if (document.documentElement.dataset.keys === "off" && !event.target.closest?.(".q input")) return;
	if (pressKey(event)) event.preventDefault();
});

document.addEventListener("click", (event) => {
	const link = event.target.closest('a[href^="#q"]');
	if (!link) return;
	event.preventDefault();
	go(Number(link.hash.slice(2)));
});
addEventListener("hashchange", () => go(Number(location.hash.slice(2))));
$("#prev").addEventListener("click", () => go(current - 1));
$("#skip")?.addEventListener("click", () => go(current + 1));
$("#next").addEventListener("click", next);

// Begin

document.documentElement.classList.add("live");
for (const section of sections()) ruling.show(section);
for (const area of $$("textarea", form)) countWords(area);
serve(form);
const wanted = Number(location.hash.slice(2));
const firstOpen = sections().find((section) => !isDone(section));
go(sectionOf(wanted) ? wanted : firstOpen ? slotOf(firstOpen) : 1, { focus: false });
restore();
