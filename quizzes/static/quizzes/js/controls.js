// Form controls ↔ answers, by the controls' names alone: the rule of question_types/README.md.
// Nothing here, or in any other script, knows a question type.

const OWN = ["sequence", "confidence", "flagged"];
const BOOLEANS = { true: true, false: false };

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
	for (const [name, control] of controls(section)) {
		if (!counts(control)) continue;
		const [group, key] = name.split(/\.(.*)/s);
		if (OWN.includes(name)) own[name] = control.value;
		else if (name.endsWith("[]")) (answer[name.slice(0, -2)] ??= []).push(control.value);
		else if (name.endsWith(":bool")) answer[name.slice(0, -5)] = BOOLEANS[control.value] ?? control.value;
		else if (key !== undefined) (answer[group] ??= {})[key] = control.value;
		else answer[name] = control.value;
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
		else value = (key === undefined ? answer?.[name] : answer?.[group]?.[key]) ?? "";
		if (/^(radio|checkbox)$/.test(control.type)) control.checked = control.value === value;
		else control.value = value;
	}
}

/** An answer in the words of the page: the text beside each control that it ticks, or what was typed. */
export function describe(section, answer) {
	const leaves = (value) => (value && typeof value === "object" ? Object.values(value).flatMap(leaves) : [value]);
	const all = controls(section);
	return leaves(answer ?? [])
		.map((leaf) => {
			const [, control] = all.find(([name, one]) => !OWN.includes(name) && /^(radio|checkbox)$/.test(one.type) && one.value === String(leaf)) ?? [];
			return control?.closest("label")?.querySelector(".txt")?.textContent.trim() ?? String(leaf);
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
