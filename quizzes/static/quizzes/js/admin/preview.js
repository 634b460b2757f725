// The question beside its form, as a student meets it. The server renders what stands in the form
// at the moment and stores nothing. The panel has its own style sheets, in a shadow root, so that
// the pages' look and the admin's do not mix.

import { keepOut } from "../pieces.js";
import { refresh, serve } from "../sorting.js";

const { htmx } = window;
const WAIT_MS = 500;
const panel = document.querySelector("[data-preview]");
const form = document.querySelector(panel.dataset.form);
const state = panel.parentElement.querySelector("[data-state]");
const root = panel.attachShadow({ mode: "open" });
const body = document.createElement("form");
let timer = 0;
let isTried = false;

body.className = "preview-body";
body.addEventListener("htmx:beforeSwap", keepOut);
panel.setAttribute("hx-encoding", "multipart/form-data");
panel.addEventListener("htmx:afterRequest", shown);
root.append(body);
serve(body);

/** A style sheet of the pages, for the panel alone. */
async function sheetAt(address) {
	const reply = await fetch(address);
	return new CSSStyleSheet().replace(await reply.text());
}

function later() {
	clearTimeout(timer);
	timer = setTimeout(() => show(), WAIT_MS);
}

function show(button) {
	clearTimeout(timer);
	const values = new FormData(form);
	if (button) {
		for (const [name, value] of new FormData(body, button)) values.append(name, value);
	}
	isTried = Boolean(button);
	// While one request is in progress, only the newest of those that follow is sent.
	htmx.ajax("POST", panel.dataset.preview, { source: panel, target: body, values }).catch(() => {});
}

function shown({ detail: { successful } }) {
	state.textContent = successful ? "" : panel.dataset.failed;
	if (!successful) return;
	refresh(body);
	if (isTried) body.querySelector(".verdict, .stem")?.scrollIntoView({ block: "nearest" });
}

form.addEventListener("input", later);
form.addEventListener("change", later);
document.addEventListener("swapped", later);
body.addEventListener("submit", (event) => {
	event.preventDefault();
	show(event.submitter ?? body.querySelector("button"));
});
root.adoptedStyleSheets = await Promise.all(panel.dataset.css.split(" ").map(sheetAt));
show();
