// Eliminated answers: a student's own pencil mark, kept on this device only. Shift and the letter, or
// a long press; choosing an answer rules it back in.

import { recall, remember } from "./local_prefs.js";
import { word } from "./notifications.js";

const LONG_PRESS_MS = 550;
const STEADY_PX = 8;

const inputOf = (option) => option.querySelector("input");
const markOf = (option) => `${option.closest(".q").dataset.slot}:${inputOf(option).value}`;

export class Eliminations {
	#key;
	#out;

	/** @param unchosen called with the section when ruling out took a chosen answer away */
	constructor(form, attempt, unchosen) {
		this.#key = `ruled:${attempt}`;
		this.#out = new Set(JSON.parse(recall(this.#key) ?? "[]"));
		this.unchosen = unchosen;
		this.#listen(form);
	}

	/** Show the marks of a section that is new on the page. */
	show(section) {
		for (const option of section.querySelectorAll("label.opt")) this.#strike(option, this.#out.has(markOf(option)));
	}

	toggle(option) {
		const input = inputOf(option);
		if (input.matches(":disabled")) return;
		const out = !option.classList.contains("struck");
		this.set(option, out);
		if (out && input.checked) {
			input.checked = false;
			this.unchosen(option.closest(".q"));
		}
	}

	set(option, out) {
		this.#strike(option, out);
		if (out) this.#out.add(markOf(option));
		else this.#out.delete(markOf(option));
		remember(this.#key, JSON.stringify([...this.#out]));
	}

	#strike(option, out) {
		option.classList.toggle("struck", out);
		option.querySelector("[data-ruled]")?.remove();
		if (!out) return;
		const note = document.createElement("span");
		note.className = "sr";
		note.dataset.ruled = "";
		note.textContent = ` (${word("ruledOut")})`;
		option.querySelector(".txt").append(note);
	}

	#listen(form) {
		let timer = 0;
		let held = null;
		let from = null;
		form.addEventListener("pointerdown", (event) => {
			const option = event.target.closest("label.opt");
			clearTimeout(timer);
			held = null;
			if (!option || event.button !== 0) return;
			from = event;
			timer = setTimeout(() => {
				held = option;
				this.toggle(option);
			}, LONG_PRESS_MS);
		});
		form.addEventListener("pointermove", (event) => {
			if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STEADY_PX) clearTimeout(timer);
		});
		for (const end of ["pointerup", "pointercancel"]) form.addEventListener(end, () => clearTimeout(timer));
		// The press that ruled out must not choose as well, nor open the phone's own menu.
		form.addEventListener(
			"click",
			(event) => {
				if (held?.contains(event.target)) event.preventDefault();
				held = null;
			},
			true,
		);
		form.addEventListener("contextmenu", (event) => {
			if (held) event.preventDefault();
		});
	}
}
