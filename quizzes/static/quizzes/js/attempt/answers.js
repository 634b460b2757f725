// The answers of an attempt on their way, in the order of the public contract: the sequence number
// last seen goes with each, an equal one is acknowledged again, one based on an older answer comes
// back as a conflict.

import { Outbox } from "../outbox.js";

/** Whether two changes say the same, whatever the order in which choices were ticked. */
export function same(a, b) {
	return Boolean(a && b) && plain(a) === plain(b);
}

function plain({ answer, confidence, flagged }) {
	return JSON.stringify([answer ?? null, confidence ?? null, flagged], (_key, value) => {
		if (typeof value === "string") return value.trim();
		if (value && typeof value === "object" && !Array.isArray(value)) return Object.entries(value).sort();
		return value;
	});
}

/** `on` has, beside what Outbox asks for: conflict(entry, current), refused(entry, why), closed(). */
export class AnswerOutbox extends Outbox {
	constructor({ api, attempt, ...options }) {
		super({ ...options, session: `${api}session/` });
		this.answers = `${api}attempts/${attempt}/answers/`;
	}

	/** Keep a change; it is sent by the next flush. */
	change({ slot, answer, confidence, flagged, sequence }) {
		const before = this.waiting(slot);
		// What may have reached the server although its reply did not reach us.
		const sent = before?.inFlight ? { answer: before.answer, confidence: before.confidence, flagged: before.flagged } : before?.sent;
		const entry = { key: slot, slot, answer, confidence, flagged, sequence, sent };
		if (before?.held === "conflict" || before?.held === "closed") entry.held = before.held;
		return this.add(entry);
	}

	/** Let a change that was held back go, based on `sequence`. */
	release(slot, sequence) {
		const entry = this.waiting(slot);
		if (!entry) return;
		entry.held = undefined;
		entry.sequence = sequence;
		this.keep(entry);
	}

	/** Hold a change back until the student has chosen. */
	hold(slot) {
		const entry = this.waiting(slot);
		if (entry) entry.held = "conflict";
	}

	request(batch, options) {
		const bodies = batch.map(({ slot, answer, confidence, flagged, sequence }) => ({ slot, answer, confidence, flagged, sequence }));
		const { slot, ...single } = bodies[0];
		return fetch(batch.length === 1 ? `${this.answers}${slot}/` : this.answers, {
			method: "PUT",
			headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf() },
			body: JSON.stringify(batch.length === 1 ? single : { answers: bodies }),
			...options,
		});
	}

	results(batch, status, body) {
		if (status === 409) return [{ ...body, key: batch[0].key, status: body.code }];
		const results = batch.length === 1 ? [{ ...body, status: "saved" }] : body.results;
		return results.map((result) => ({ ...result, key: result.slot }));
	}

	rebase(newest, { sequence }) {
		newest.sequence = sequence;
		newest.sent = undefined;
	}

	refuse(newest, { status, current, detail, state }) {
		if (status === "stale") {
			newest.sequence = current.sequence;
			// Our own earlier change, whose reply was lost, is no conflict.
			if (same(current, newest.sent) || same(current, newest)) this.keep(newest);
			else {
				newest.held = "conflict";
				this.on.conflict(newest, current);
			}
			return;
		}
		newest.held = status;
		if (status === "closed") this.on.closed(state);
		else this.on.refused(newest, detail ?? "");
	}
}
