// What every page shares. Without it all still works: it adds the theme switch, single keys,
// dialogs and the closing of menus.
//
// Mark-up: data-key="f" on a button, link or input is pressed or focused by that key ("space" and
// "enter" by name); data-dialog="#id" opens that dialog. A page's own module need not import this
// one: it listens for keydown itself, calls preventDefault on what it takes, and leaves keys alone
// while `isTyping` would (single keys are off when <html data-keys="off">).

const root = document.documentElement;

function remember(key, value) {
	try {
		localStorage.setItem(key, value);
	} catch {
		// Storage is refused in some private windows: the choice holds for this page.
	}
}

/** Whether a key press belongs to the browser, a text field or an open dialog, not to a shortcut. */
function isTyping(event) {
	return (
		event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey ||
		event.target.closest?.(
			"input:not([type=radio], [type=checkbox]), textarea, select, dialog[open], [contenteditable=true]",
		) !== null
	);
}

function setTheme(value) {
	if (value === "light" || value === "dark") root.dataset.theme = value;
	else delete root.dataset.theme;
	remember("theme", value);
}

function setKeys(value) {
	root.dataset.keys = value;
	remember("keys", value);
}

function bindChoice(name, current, apply) {
	for (const input of document.querySelectorAll(`.menu [name=${name}]`)) {
		input.checked = input.value === current;
		input.addEventListener("change", () => apply(input.value));
	}
}

bindChoice("theme", root.dataset.theme ?? "auto", setTheme);
bindChoice("keys", root.dataset.keys ?? "on", setKeys);

document.addEventListener("click", (event) => {
	if (event.target.closest("[data-print]")) print();
	const opener = event.target.closest("[data-dialog]");
	if (opener) {
		const dialog = document.querySelector(opener.dataset.dialog);
		if (dialog) {
			event.preventDefault();
			for (const other of document.querySelectorAll("dialog[open]")) other.close();
			dialog.showModal();
		}
	}
	for (const menu of document.querySelectorAll("details.menu[open]")) {
		if (opener || !menu.contains(event.target)) menu.open = false;
	}
});

document.addEventListener("keydown", (event) => {
	if (event.key === "Escape") {
		for (const menu of document.querySelectorAll("details.menu[open]")) {
			menu.open = false;
			menu.querySelector("summary").focus();
		}
		return;
	}
	if (isTyping(event) || root.dataset.keys === "off") return;
	if (event.key === "?") {
		document.querySelector("#keys")?.showModal();
		return;
	}
	const key = event.key === " " ? "space" : event.key.toLowerCase();
	// On a focused control, Space and Enter are its own.
	if ((key === "space" || key === "enter") && event.target.closest("button, a, summary, label, input")) return;
	const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)]
		.filter((element) => element.checkVisibility())
		.at(-1);
	if (!target) return;
	event.preventDefault();
	if (target.matches("input, textarea, select")) target.focus();
	else target.click();
});
