// The reader: one passage at a time is current, and the panel shows what belongs to it. Questions
// open under their passage and are answered there. htmx fetches the pieces and puts them in place;
// this module says which, and where the focus goes. Without it every link leads to a page of its own,
// and every form works.

import { keepOut } from "./pieces.js";
import { bindSelection } from "./selection.js";
import { refresh, serve } from "./sorting.js";

const { htmx } = window;
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

const kept = new Map(); // the elements of panels by passage, until something on the passage changes
let timer;
let wanted = "";
let loading = null;

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

/** Show the panel of the passage wanted; resolves when it is there. */
async function show() {
	while (loading) await loading; // one at a time; meanwhile another passage may be wanted
	const key = wanted;
	if (body.dataset.for === key && body.children.length) return;
	if (kept.has(key)) {
		keepPanel();
		body.replaceChildren(...kept.get(key));
		body.dataset.for = key;
		return;
	}
	body.setAttribute("aria-busy", "true");
	loading = htmx.ajax("GET", panelUrl(key), { source: body, target: body }).catch(() => {});
	await loading;
	loading = null;
	body.removeAttribute("aria-busy");
}

/** Take the panel shown out of its place before another comes there, to be shown again as it is. */
function keepPanel() {
	if (body.dataset.for) kept.set(body.dataset.for, [...body.children]);
	body.dataset.for = "";
	body.replaceChildren();
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

/** The place under a passage where a question is asked, and what came of it shown. */
function placeUnder(key) {
	let under = document.getElementById(`under-${key}`);
	if (!under) {
		under = document.createElement("div");
		under.className = "under";
		under.id = `under-${key}`;
		under.dataset.under = key;
		document.getElementById(key).after(under);
	}
	return under;
}

function focusUnder(under) {
	refresh(under);
	const focus = under.querySelector("[role=alert], [data-verdict]") ?? under.querySelector("h2");
	focus.tabIndex = -1;
	focus.focus({ preventScroll: true });
	under.scrollIntoView({ block: "nearest" });
}

function closeUnder(key) {
	document.getElementById(`under-${key}`)?.remove();
	const passage = document.getElementById(key);
	choose(passage, { now: true });
	passage.querySelector(".qn").focus();
}

// What htmx tells of its requests

function onBeforeSwap(event) {
	keepOut(event);
	if (event.detail.shouldSwap && event.detail.requestConfig.elt === body) keepPanel();
}

/** A passage that has changed takes its place, and what is under it stays. */
function onPassageSwap({ detail: { target, fragment } }) {
	const fresh = fragment.firstElementChild;
	fresh.classList.toggle("on", target.classList.contains("on"));
	if (target.dataset.rank) fresh.dataset.rank = target.dataset.rank;
	kept.delete(target.id);
}

function onAfterRequest({ detail: { requestConfig: { elt }, target, successful } }) {
	if (elt === body) afterPanel(successful);
	else if (elt.matches("[data-note]")) afterNote(elt, successful);
	else if (elt.matches("[data-answer]")) afterAsking(elt, target, successful);
	else if (elt.matches("[data-here]")) afterAnswer(elt, target, successful);
}

function afterPanel(successful) {
	if (successful) body.dataset.for = body.querySelector(".on-psg").dataset.for;
	else {
		keepPanel();
		body.append(sorry(() => show()));
	}
}

function afterAsking(link, under, successful) {
	if (!successful) {
		location.assign(link.href);
		return;
	}
	if (isPhone()) openSheet(false);
	choose(document.getElementById(under.dataset.under));
	focusUnder(under);
}

function afterAnswer(form, under, successful) {
	if (!successful) {
		retry(form);
		return;
	}
	body.dataset.for = "";
	choose(document.getElementById(under.dataset.under), { now: true });
	focusUnder(under);
}

function afterNote(form, successful) {
	if (!successful) {
		retry(form);
		return;
	}
	wanted = body.querySelector(".on-psg").dataset.for;
	body.dataset.for = wanted;
	if (form.id !== "pick-form") (body.querySelector("[role=alert]") ?? body.querySelector(".my-notes summary"))?.focus();
}

function retry(form) {
	form.querySelector(":scope > .note")?.remove();
	form.append(sorry(() => form.requestSubmit()));
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
		htmx.ajax("GET", link.href, { source: link, target: placeUnder(link.dataset.answer) }).catch(() => {});
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
	document.addEventListener("htmx:beforeSwap", onBeforeSwap);
	document.addEventListener("htmx:oobBeforeSwap", onPassageSwap);
	document.addEventListener("htmx:afterRequest", onAfterRequest);
	bar.addEventListener("click", () => openSheet(!panel.classList.contains("open")));
	window.addEventListener("hashchange", () => choose(fromAddress()));

	bindSelection(article, {
		keep: (form) => form.requestSubmit(),
		async write(passage, fill) {
			await openPanel(passage);
			const form = body.querySelector(".my-notes form[action$='/notes/']");
			form.closest("details").open = true;
			fill(form);
			form.elements.note.focus();
		},
	});
}
