// Buttons that change a half-written form without saving it (another row, a row up, a passage) post
// the whole form and get the page back. Here only the part they change is replaced.
//
// Mark-up: <button name="_more" value="options" data-swap="#options" data-focus="#id">

document.addEventListener("click", async (event) => {
	const button = event.target.closest("button[data-swap]");
	if (!button?.form || event.defaultPrevented) return;
	const target = document.querySelector(button.dataset.swap);
	if (!target) return;
	event.preventDefault();
	button.form.setAttribute("aria-busy", "true");
	try {
		const page = await posted(button);
		const part = page?.querySelector(button.dataset.swap);
		if (!part) {
			send(button);
			return;
		}
		const again = focusAfter(button, target);
		target.replaceWith(document.adoptNode(part));
		document.dispatchEvent(new CustomEvent("swapped", { detail: part }));
		again();
	} catch {
		send(button);
	} finally {
		button.form?.removeAttribute("aria-busy");
	}
});

async function posted(button) {
	const body = new FormData(button.form, button);
	const reply = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
	if (!reply.ok || reply.redirected) return null;
	return new DOMParser().parseFromString(await reply.text(), "text/html");
}

/** The way without this script: the browser posts the form and shows the page. */
function send(button) {
	delete button.dataset.swap;
	button.form.requestSubmit(button);
}

/** Where the focus belongs afterwards: the same button, the new row, or what the button names. */
function focusAfter(button, target) {
	const { focus } = button.dataset;
	const rows = target.querySelectorAll(".rowcard").length;
	const { name, value } = button;
	return () => {
		const fresh = document.querySelector(button.dataset.swap);
		const cards = fresh.querySelectorAll(".rowcard");
		const added = cards.length > rows ? cards[cards.length - 1] : null;
		const moved = name === "_up" || name === "_down" ? movedRow(fresh, name, value) : null;
		const next = added?.querySelector("textarea, input:not([type=hidden])") ?? moved ??
			(focus ? document.querySelector(focus) : fresh);
		next?.focus({ preventScroll: next === fresh });
		if (next !== fresh) next?.scrollIntoView({ block: "nearest" });
	};
}

/** A moved row keeps the focus on its own button, so that it can be moved on. */
function movedRow(fresh, name, value) {
	const [, set, index] = /^(.*)-(\d+)$/.exec(value) ?? [];
	const place = Number(index) + (name === "_up" ? -1 : 1);
	return fresh.querySelector(`button[name="${name}"][value="${set}-${place}"]`) ??
		fresh.querySelectorAll(".rowcard")[place]?.querySelector("textarea, input:not([type=hidden])");
}
