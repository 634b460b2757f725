// The question beside its form, as a student meets it. The server renders what stands in the form
// at the moment and stores nothing. The panel has its own style sheets, in a shadow root, so that
// the pages' look and the admin's do not mix.

import { refresh, serve } from "../sorting.js";

const WAIT_MS = 500;
const panel = document.querySelector("[data-preview]");
const form = document.querySelector(panel.dataset.form);
const state = panel.parentElement.querySelector("[data-state]");
const root = panel.attachShadow({ mode: "open" });
const body = document.createElement("form");
let timer = 0;
let newest = 0;

body.className = "preview-body";
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

async function show(button) {
	clearTimeout(timer);
	const request = ++newest;
	const data = new FormData(form);
	if (button) {
		for (const [name, value] of new FormData(body, button)) data.append(name, value);
	}
	try {
		const reply = await fetch(panel.dataset.preview, {
			method: "POST",
			body: data,
			credentials: "same-origin",
			headers: { "X-Fragment": "preview" },
		});
		if (!reply.ok) throw new Error(reply.status);
		const html = await reply.text();
		if (request !== newest) return;
		body.innerHTML = html;
		refresh(body);
		state.textContent = "";
		if (button) body.querySelector(".verdict, .stem")?.scrollIntoView({ block: "nearest" });
	} catch {
		if (request === newest) state.textContent = panel.dataset.failed;
	}
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
