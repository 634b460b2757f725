// Form controls ↔ answers, by the controls' names alone: the rule of question_types/README.md.
// Nothing here, or in any other script, knows a question type.

const OWN = ["sequence", "confidence", "flagged"];
const BOOLEANS = { true: true, false: false };
const PLACE = /^(.+)\[(\d{1,2})\]$/;

/** The controls of a question's section, each with its name stripped of the prefix. */
function controls(section) {
	const prefix = `${section.id}-`;
	return [...section.querySelectorAll("[name]")]
		.filter((control) => control.name.startsWith(prefix))
		.map((control) => [control.name.slice(prefix.length), control]);
}

const counts = (control) =>
	!control.matches(":disabled") && control.value !== "" && (!/^(radio|checkbox)$/.test(control.type) || control.checked);

/** What a question's section says: {answer, confidence, flagged, sequence}. */
export function read(section) {
	const answer = {};
	const own = {};
	const places = [];
	for (const [name, control] of controls(section)) {
		if (!counts(control)) continue;
		const [group, key] = name.split(/\.(.*)/s);
		if (OWN.includes(name)) own[name] = control.value;
		else if (name.endsWith("[]")) (answer[name.slice(0, -2)] ??= []).push(control.value);
		else if (name.endsWith(":bool")) answer[name.slice(0, -5)] = BOOLEANS[control.value] ?? control.value;
		else if (PLACE.test(name)) places.push([...PLACE.exec(name).slice(1), control.value]);
		else if (key !== undefined) (answer[group] ??= {})[key] = control.value;
		else answer[name] = control.value;
	}
	for (const [name, place, value] of places) {
		const list = (answer[name] ??= []);
		while (list.length <= place) list.push(null);
		list[place] = value;
	}
	return {
		answer: Object.keys(answer).length ? answer : null,
		confidence: Number(own.confidence) || null,
		flagged: own.flagged === "1",
		sequence: Number(own.sequence) || 0,
	};
}

/** Put a change into a section's controls. */
export function fill(section, { answer, confidence, flagged }) {
	for (const [name, control] of controls(section)) {
		if (name === "sequence") continue;
		let value;
		const [group, key] = name.split(/\.(.*)/s);
		if (name === "confidence") value = String(confidence ?? "");
		else if (name === "flagged") value = flagged ? "1" : "";
		else if (name.endsWith("[]")) value = answer?.[name.slice(0, -2)]?.includes(control.value) ? control.value : "";
		else if (name.endsWith(":bool")) value = String(answer?.[name.slice(0, -5)] ?? "");
		else if (PLACE.test(name)) value = answer?.[PLACE.exec(name)[1]]?.[PLACE.exec(name)[2]] ?? "";
		else value = (key === undefined ? answer?.[name] : answer?.[group]?.[key]) ?? "";
		if (/^(radio|checkbox)$/.test(control.type)) control.checked = control.value === value;
		else if (control.value !== value) {
			control.value = value;
			if (isTextField(control)) control.setSelectionRange(value.length, value.length); // to write on
		}
	}
	section.dispatchEvent(new Event("filled", { bubbles: true }));
}

/** An answer in the words of the page: the text beside each control that it ticks, or what was typed. */
export function describe(section, answer) {
	const leaves = (value, name) =>
		value && typeof value === "object" ? Object.entries(value).flatMap(([key, one]) => leaves(one, name ? `${name}.${key}` : key)) : [[value, name]];
	const all = controls(section).filter(([name]) => !OWN.includes(name));
	return leaves(answer ?? {})
		.filter(([leaf]) => leaf !== null)
		.map(([leaf, path]) => {
			const text = String(leaf);
			const [, list] = all.find(([name, one]) => one.options && name.replace(PLACE, "$1.$2") === path) ?? [];
			if (list) return [...list.options].find((one) => one.value === text)?.text ?? text;
			const [, control] = all.find(([, one]) => /^(radio|checkbox)$/.test(one.type) && one.value === text) ?? [];
			return control?.closest("label")?.querySelector(".txt")?.textContent.trim() ?? text;
		})
		.join("; ");
}

export function setSequence(section, sequence) {
	const control = section.querySelector(`[name="${section.id}-sequence"]`);
	if (control) control.value = sequence;
}

export function isTextField(element) {
	return Boolean(element?.matches?.("textarea, input:not([type=radio], [type=checkbox], [type=hidden])"));
}
