// The taking page as its modules see it: the form, a section for each question, and what they say.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export const form = $("#attempt");
export const { dataset } = form;

export const sections = () => $$(".q", form);
export const sectionOf = (slot) => $(`#q${slot}`);
export const slotOf = (section) => Number(section.dataset.slot);
export const isOver = (section) => ["finished", "needs_marking"].includes(section.dataset.state);
export const isDone = (section) => section.dataset.state === "complete" || isOver(section);
export const isFlagged = (section) => Boolean($(`[name="${section.id}-flagged"]`, section)?.checked);
export const isOpenForCheck = (section) => Boolean(section.dataset.check);
export const areKeysOff = () => document.documentElement.dataset.keys === "off";

export function closeDialogs() {
	for (const dialog of $$("dialog[open]")) dialog.close();
}

/** The token against forgery; `fresh` takes the place of the one in the page. */
export function csrf(fresh) {
	const fields = $$("[name=csrfmiddlewaretoken]");
	if (fresh) for (const field of fields) field.value = fresh;
	return fields[0].value;
}

/** A time of day on the clock of the student's time zone. */
export function time(iso) {
	const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
	const { lang } = document.documentElement;
	try {
		return new Intl.DateTimeFormat(lang, { ...style, timeZone: dataset.zone }).format(new Date(iso));
	} catch {
		return new Intl.DateTimeFormat(lang, style).format(new Date(iso));
	}
}
