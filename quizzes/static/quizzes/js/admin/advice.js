// Advice on how a question is written, below the field it is about, while one types. The server reads
// the form and stores nothing; advice never keeps anybody from saving. Only the number of pieces is
// announced, so that typing is not talked over.

const WAIT_MS = 900;
const head = document.querySelector("[data-advice]");
const form = document.querySelector(head.dataset.form);
const summary = head.querySelector("[data-summary]");
const elsewhere = head.querySelector("[data-elsewhere]");
let timer = 0;
let newest = 0;

function later() {
	clearTimeout(timer);
	timer = setTimeout(ask, WAIT_MS);
}

async function ask() {
	const request = ++newest;
	try {
		const reply = await fetch(head.dataset.advice, {
			method: "POST",
			body: new FormData(form),
			credentials: "same-origin",
		});
		if (!reply.ok) throw new Error(reply.status);
		const said = await reply.json();
		if (request === newest) show(said);
	} catch {
		// What was said before stays; the next key asks again.
	}
}

function show(said) {
	for (const list of form.querySelectorAll("ul.advice")) {
		if (!said.fields[list.id.replace(/_advice$/, "")]) put(list, "");
	}
	for (const [id, html] of Object.entries(said.fields)) {
		const field = document.getElementById(id);
		if (field) put(document.getElementById(`${id}_advice`) ?? made(field), html);
	}
	put(elsewhere, said.elsewhere);
	if (summary.textContent !== said.summary) summary.textContent = said.summary;
}

/** Change a list only where it says something else, so that nothing moves without need. */
function put(list, html) {
	if (list.innerHTML.trim() !== html.trim()) list.innerHTML = html;
	list.hidden = !html;
}

function made(field) {
	const list = document.createElement("ul");
	list.className = "advice";
	list.id = `${field.id}_advice`;
	field.closest(".fld").append(list);
	const described = field.getAttribute("aria-describedby");
	field.setAttribute("aria-describedby", described ? `${described} ${list.id}` : list.id);
	return list;
}

form.addEventListener("input", later);
form.addEventListener("change", later);
document.addEventListener("swapped", later);
