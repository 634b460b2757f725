// The reader: one passage at a time is current, and the panel shows what stands beside it.
// Questions open under their passage and are answered there. Without this every link leads to a
// page of its own, and every form works.

import { bodyOf, fragment } from "./fragments.js";
import { bindSelection } from "./selection.js";
import { refresh, serve } from "./sorting.js";

const panel = document.querySelector(".panel");
const body = panel?.querySelector(".panel-b");
const bar = panel?.querySelector(".panel-t");
const words = document.querySelector("#words")?.dataset;
const article = document.querySelector("article");
const WAIT = 120; // milliseconds a passage stays current before its panel is asked for

const passages = () => [...article.querySelectorAll(".psg[id]")];
const current = () => article.querySelector(".psg.on");
const isPhone = () => getComputedStyle(bar).display !== "none";
const isTyping = (event) =>
	event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey ||
	event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]") !== null;

const kept = new Map(); // promises of panels by passage, until something on the passage changes
let timer;
let wanted = "";

function panelUrl(key) {
	const view = words.view === "mastery" ? "" : `?view=${words.view}`;
	return words.panel.replace("KEY", encodeURIComponent(key)) + view;
}

/** Make a passage the current one, name it in the bar of the sheet, and show its panel soon. */
function choose(passage, { now = false } = {}) {
	if (!passage) return;
	for (const other of article.querySelectorAll(".psg.on")) other.classList.toggle("on", other === passage);
	passage.classList.add("on");
	bar.querySelector("b").textContent = `${passage.querySelector("bdi").textContent} ${firstWords(passage)}`;
	bar.querySelector(".sub").textContent = passage.querySelector(".qn")?.textContent ?? "";
	wanted = passage.id;
	clearTimeout(timer);
	if (!isPhone() || panel.classList.contains("open")) timer = setTimeout(show, now || kept.has(wanted) ? 0 : WAIT);
}

const firstWords = (passage) => passage.querySelector(".psg-t").textContent.trim().split(/\s+/).slice(0, 6).join(" ");

/** Show the panel of the passage wanted; resolves when it stands there. */
async function show() {
	const key = wanted;
	if (body.dataset.for === key && body.children.length) return;
	try {
		if (!kept.has(key)) {
			body.setAttribute("aria-busy", "true");
			kept.set(key, fragment(panelUrl(key)).then((part) => [...part.children]));
		}
		const shown = await kept.get(key);
		// Meanwhile another passage may be wanted, or this panel may stand there and be in use.
		if (wanted !== key || body.contains(shown[0])) return;
		body.replaceChildren(...shown);
		body.dataset.for = key;
	} catch {
		kept.delete(key);
		if (wanted === key) body.replaceChildren(sorry(() => show()));
	} finally {
		body.removeAttribute("aria-busy");
	}
}

/** Say that something could not be loaded, with a button to try again. */
function sorry(again) {
	const note = document.createElement("p");
	note.className = "note warn";
	note.setAttribute("role", "alert");
	const button = document.createElement("button");
	button.className = "btn sm";
	button.type = "button";
	button.textContent = words.retry;
	button.addEventListener("click", () => {
		note.remove();
		again();
	});
	note.append(words.failed, " ", button);
	return note;
}

function openSheet(open) {
	panel.classList.toggle("open", open);
	bar.setAttribute("aria-expanded", String(open));
	if (open) show();
}

/** Put passages that have changed in their place; what hangs under them stays. */
function swap(part) {
	for (const template of part.querySelectorAll("template[data-swap]")) {
		for (const fresh of template.content.querySelectorAll(".psg[id]")) {
			const old = document.getElementById(fresh.id);
			if (!old) continue;
			fresh.classList.toggle("on", old.classList.contains("on"));
			if (old.dataset.rank) fresh.dataset.rank = old.dataset.rank;
			old.replaceWith(fresh);
			kept.delete(fresh.id);
		}
		template.remove();
	}
}

const place = (key) => article.querySelector(`.under[data-under="${CSS.escape(key)}"]`);

/** Put a question, or what came of it, under its passage. */
function setUnder(key, part) {
	let under = place(key);
	if (!under) {
		under = document.createElement("div");
		under.className = "under";
		under.dataset.under = key;
		document.getElementById(key).after(under);
	}
	swap(part);
	under.replaceChildren(...part.children);
	refresh(under);
	const focus = under.querySelector("[role=alert], [data-verdict]") ?? under.querySelector("h2");
	focus.tabIndex = -1;
	focus.focus({ preventScroll: true });
	under.scrollIntoView({ block: "nearest" });
}

function closeUnder(key) {
	place(key)?.remove();
	const passage = document.getElementById(key);
	choose(passage, { now: true });
	passage.querySelector(".qn").focus();
}

async function ask(link) {
	const key = link.dataset.answer;
	try {
		const part = await fragment(link.href);
		if (isPhone()) openSheet(false);
		choose(document.getElementById(key));
		setUnder(key, part);
	} catch {
		location.assign(link.href);
	}
}

async function answer(form, submitter) {
	const key = form.dataset.here;
	submitter?.setAttribute("disabled", "");
	try {
		const part = await fragment(form.action, { method: "POST", body: bodyOf(form, submitter) });
		setUnder(key, part);
		body.dataset.for = "";
		choose(document.getElementById(key), { now: true });
	} catch {
		submitter?.removeAttribute("disabled");
		form.querySelector(":scope > .note")?.remove();
		form.append(sorry(() => answer(form, submitter)));
	}
}

/** Send a form of a note; the panel that comes back takes the place of the one shown. */
async function keepNote(form, submitter) {
	const key = form.elements.passage?.value ?? body.dataset.for;
	try {
		const part = await fragment(form.action, { method: "POST", body: bodyOf(form, submitter) });
		swap(part);
		kept.set(key, Promise.resolve([...part.children]));
		body.dataset.for = "";
		wanted = key;
		if (!isPhone() || panel.classList.contains("open")) {
			await show();
			if (submitter) (body.querySelector("[role=alert]") ?? body.querySelector(".my-notes summary"))?.focus();
		}
	} catch {
		form.append(sorry(() => keepNote(form, submitter)));
	}
}

/** Go to a passage so that keyboard and screen reader go on from there. */
function goTo(passage) {
	if (!passage) return;
	choose(passage);
	passage.scrollIntoView({ block: "nearest" });
	passage.querySelector(".pn").focus({ preventScroll: true });
}

function step(by) {
	const all = passages();
	goTo(all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + by))]);
}

/** The passages that want it most, weakest first: the next after the current one, or the first. */
function stepWeakest(by) {
	const all = passages().filter((one) => one.dataset.rank);
	all.sort((a, b) => a.dataset.rank - b.dataset.rank);
	const at = all.indexOf(current());
	goTo(at < 0 ? all[0] : all[(at + by + all.length) % all.length]);
}

function fromAddress() {
	const id = decodeURIComponent(location.hash.slice(1));
	return id ? document.getElementById(id)?.closest(".psg") : null;
}

function onClick(event) {
	const link = event.target.closest("a, button");
	const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
	if (modified) return;
	if (link?.dataset.answer) {
		event.preventDefault();
		ask(link);
	} else if (link?.hasAttribute("data-close")) {
		closeUnder(link.closest(".under").dataset.under);
	} else if (link?.dataset.weakest) {
		event.preventDefault();
		stepWeakest(Number(link.dataset.weakest));
	} else if (link?.matches(".qn")) {
		event.preventDefault();
		openPanel(link.closest(".psg"));
	} else if (!link || link.matches(".pn")) {
		const passage = event.target.closest("article .psg");
		if (passage && getSelection().isCollapsed) choose(passage);
	}
}

/** Open the panel of a passage and go on there. */
async function openPanel(passage) {
	choose(passage);
	if (isPhone()) openSheet(true);
	await show();
	body.querySelector(".on-psg")?.focus({ preventScroll: true });
}

function onKey(event) {
	if (event.key === "Escape") {
		const under = event.target.closest?.(".under");
		if (under) closeUnder(under.dataset.under);
		else if (panel.classList.contains("open")) {
			openSheet(false);
			bar.focus();
		} else if (event.target.closest?.(".panel")) goTo(current());
		return;
	}
	if (isTyping(event) || document.documentElement.dataset.keys === "off") return;
	const doing = {
		j: () => step(1),
		k: () => step(-1),
		n: () => stepWeakest(1),
		p: () => stepWeakest(-1),
		q: () => openPanel(current()),
	}[event.key.toLowerCase()];
	if (!doing) return;
	event.preventDefault();
	doing();
}

if (panel && passages().length > 0) {
	choose(fromAddress() ?? passages().find((one) => one.dataset.rank) ?? passages()[0]);
	fromAddress()?.querySelector("mark")?.scrollIntoView({ block: "center" });

	document.documentElement.classList.add("live"); // lists of a question are put in order by hand
	serve(article);
	document.addEventListener("click", onClick);
	document.addEventListener("keydown", onKey);
	document.addEventListener("submit", (event) => {
		const form = event.target;
		if (form.dataset.here) answer(form, event.submitter);
		else if (form.hasAttribute("data-note")) keepNote(form, event.submitter);
		else return;
		event.preventDefault();
	});
	bar.addEventListener("click", () => openSheet(!panel.classList.contains("open")));
	window.addEventListener("hashchange", () => choose(fromAddress()));

	bindSelection(article, {
		keep: (form) => keepNote(form, null),
		async write(passage, fill) {
			await openPanel(passage);
			const form = body.querySelector(".my-notes form[action$='/notes/']");
			form.closest("details").open = true;
			fill(form);
			form.elements.note.focus();
		},
	});
}
