// What the taking page tells: its words, the banner, the state of saving, and signing in again.
// The words stand in the page, translated.

const $ = (selector) => document.querySelector(selector);

/** A sentence of the page with its {places} filled. */
export function word(name, places = {}) {
	return ($("#words").dataset[name] ?? "").replace(/\{(\w+)\}/g, (_all, key) => places[key] ?? "");
}

/** Have a screen reader say it once, when it has finished what it is saying. */
export function say(text) {
	$("#say").textContent = text;
}

/** Show one notice above the question; null takes it away. `action`: [label, function]. */
export function banner(kind, title = "", text = "", action = null) {
	const place = $("#banner");
	place.replaceChildren();
	if (!kind) return;
	const note = document.createElement("div");
	note.className = `note ${kind}`;
	const heading = document.createElement("h2");
	heading.textContent = title;
	const line = document.createElement("p");
	line.textContent = `${text} `;
	if (action) {
		const button = document.createElement("button");
		button.type = "button";
		button.className = "btn sm";
		[button.textContent] = action;
		button.addEventListener("click", action[1]);
		line.append(button);
	}
	note.append(heading, line);
	place.append(note);
}

/** A passing notice, seen for eight seconds; say() is for those who do not see it. With `about` it
 * speaks of the question in view and goes away with it. */
export function toast(text, { about = false } = {}) {
	$(".toast")?.remove();
	const note = document.createElement("div");
	note.className = "toast";
	if (about) note.dataset.about = "";
	note.textContent = text;
	$("main").append(note);
	setTimeout(() => note.remove(), 8000);
}

/** Take away what was said of a question that is answered or left. */
export function untoast() {
	$(".toast[data-about]")?.remove();
}

export function savedState(text, failed = false) {
	const place = $("#saved");
	place.classList.toggle("no", failed);
	place.querySelector("use").setAttribute("href", failed ? "#i-warn" : "#i-cloud");
	for (const span of place.querySelectorAll("span")) span.textContent = text;
}

/** Sign in again without leaving the page. `signedIn` is called after each success; its promise says
 * whether it was the right person, and only then the dialog closes. */
export class SignIn {
	constructor(token, signedIn) {
		this.dialog = $("#signin");
		this.form = this.dialog.querySelector("form");
		this.problem = this.dialog.querySelector("[data-problem]");
		this.form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#send(token, signedIn);
		});
		// It may have been done in another tab meanwhile.
		addEventListener("focus", async () => {
			if (this.dialog.open && (await signedIn())) this.close();
		});
	}

	/** Open, but never under the hands of somebody typing: what they type next is their answer's. */
	open(isTyping) {
		if (this.dialog.open) return;
		if (isTyping(document.activeElement)) {
			document.activeElement.addEventListener("blur", () => setTimeout(() => this.wanted && this.open(isTyping)), { once: true });
			this.wanted = true;
			return;
		}
		this.show();
	}

	show() {
		for (const other of document.querySelectorAll("dialog[open]")) other.close();
		this.#say("");
		this.dialog.showModal();
		this.form.elements.password.focus();
	}

	close() {
		this.wanted = false;
		this.form.elements.password.value = "";
		if (this.dialog.open) this.dialog.close();
	}

	async #send(token, signedIn) {
		const body = new URLSearchParams(new FormData(this.form));
		body.set("csrfmiddlewaretoken", token());
		try {
			const response = await fetch(this.form.action, {
				method: "POST",
				headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
				body,
			});
			const reply = await response.json().catch(() => ({}));
			if (await signedIn()) return this.close();
			const errors = Object.values(reply.form?.fields ?? {}).flatMap((field) => field.errors);
			this.#say([...(reply.form?.errors ?? []), ...errors].join(" ") || word(response.status === 400 ? "wrong" : "moreSteps"));
		} catch {
			this.#say(word("checkFail"));
		}
	}

	#say(text) {
		this.problem.replaceChildren();
		if (!text) return;
		const note = document.createElement("p");
		note.className = "note bad";
		note.textContent = text;
		this.problem.append(note);
	}
}
