// Answers on their way. Each is kept on this device first, then sent, and forgotten only when the
// server has acknowledged it. Nothing here knows the page: it is told through `on`.

const BATCH = 20;
const FIRST_WAIT_S = 10;
const LONGEST_WAIT_S = 60;
const PATIENCE_MS = 20_000;

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

/**
 * What is kept of one attempt in IndexedDB, under the user's and the attempt's number, encrypted
 * with a key that only the attempt's own page hands out: what is left behind after signing out on a
 * shared computer can be read, and sent, by nobody else. Without storage, or without cryptography
 * (a page that came over plain HTTP), the answers stay in the page's memory alone.
 */
export class Shelf {
	#database = null;
	#key = null;
	#owner;
	#ready;

	constructor(user, attempt, secret) {
		this.#owner = [user, attempt];
		this.#ready = this.#open(secret);
	}

	async #open(secret) {
		try {
			const raw = Uint8Array.from(atob(secret), (sign) => sign.charCodeAt(0));
			this.#key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
			const opening = indexedDB.open("passage", 1);
			opening.onupgradeneeded = () => opening.result.createObjectStore("answers");
			this.#database = await done(opening);
		} catch {
			// This page's memory will have to do.
		}
		return this.#database !== null;
	}

	async put(entry) {
		if (!(await this.#ready)) return;
		const iv = crypto.getRandomValues(new Uint8Array(12));
		const text = new TextEncoder().encode(JSON.stringify(entry));
		const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, text);
		const store = this.#store();
		const kept = await done(store.get([...this.#owner, entry.slot]));
		// Encrypting takes turns of its own: an older change never lands on a newer one of this page.
		if (kept?.page === entry.page && kept.count > entry.count) return;
		await done(store.put({ page: entry.page, count: entry.count, iv, data }, [...this.#owner, entry.slot]));
	}

	/** Forget an entry, unless another change has taken its place since. */
	async forget(entry) {
		if (!(await this.#ready)) return;
		const store = this.#store();
		const kept = await done(store.get([...this.#owner, entry.slot]));
		if (kept?.page === entry.page && kept.count <= entry.count) {
			await done(store.delete([...this.#owner, entry.slot]));
		}
	}

	async all() {
		if (!(await this.#ready)) return [];
		const range = IDBKeyRange.bound([...this.#owner, 0], [...this.#owner, Infinity]);
		const entries = [];
		for (const { iv, data } of await done(this.#store().getAll(range))) {
			try {
				const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.#key, data);
				entries.push(JSON.parse(new TextDecoder().decode(text)));
			} catch {
				// Kept under a key of another installation: it can never be read again.
			}
		}
		return entries;
	}

	#store() {
		return this.#database.transaction("answers", "readwrite", { durability: "strict" }).objectStore("answers");
	}
}

function done(request) {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

/**
 * Sends changes in the order of the public contract: the sequence number last seen goes with each,
 * an equal one is acknowledged again, one based on an older answer comes back as a conflict.
 *
 * `on` has: saving(), saved(entry, result), conflict(entry, current), refused(entry, why),
 * closed(), failed(count, seconds), recovered(), signedOut(), otherUser(), clock(date).
 */
export class Queue {
	#pending = new Map(); // slot → newest change that is not acknowledged
	#turn = Promise.resolve(true);
	#failures = 0;
	#retry = 0;
	#page = `${Date.now()}-${Math.random()}`;
	#count = 0;
	#barred = false;

	constructor({ shelf, api, attempt, user, csrf, on }) {
		Object.assign(this, { shelf, user, csrf, on });
		this.answers = `${api}attempts/${attempt}/answers/`;
		this.session = `${api}session/`;
		addEventListener("online", () => this.flush());
	}

	get size() {
		return this.#pending.size;
	}

	/** Whether the server could not be reached, or was in trouble, when it was last asked. */
	get failing() {
		return this.#failures > 0;
	}

	waitsFor(slot) {
		return this.#pending.has(slot);
	}

	/** Keep a change; it is sent by the next flush. */
	change({ slot, answer, confidence, flagged, sequence }) {
		const before = this.#pending.get(slot);
		// What may have reached the server although its reply did not reach us.
		const sent = before?.inFlight ? { answer: before.answer, confidence: before.confidence, flagged: before.flagged } : before?.sent;
		const entry = { slot, answer, confidence, flagged, sequence, sent, page: this.#page, count: ++this.#count };
		if (before?.held === "conflict" || before?.held === "closed") entry.held = before.held;
		this.#pending.set(slot, entry);
		return this.#keep(entry);
	}

	/** Let a change that was held back go, based on `sequence`. */
	release(slot, sequence) {
		const entry = this.#pending.get(slot);
		if (!entry) return;
		entry.held = undefined;
		entry.sequence = sequence;
		this.#keep(entry);
	}

	/** Give a change up for what the server has. */
	drop(slot) {
		const entry = this.#pending.get(slot);
		this.#pending.delete(slot);
		if (entry) this.shelf.forget(entry);
	}

	/** Hold a change back until the student has chosen. */
	hold(slot) {
		const entry = this.#pending.get(slot);
		if (entry) entry.held = "conflict";
	}

	/** Send what waits; true when nothing is left. Calls take turns. */
	flush() {
		this.#turn = this.#turn.catch(() => {}).then(() => this.#drain());
		return this.#turn;
	}

	/** The page is being hidden or left: send at once, without waiting for a turn. */
	leave() {
		const batch = this.#ready();
		if (!batch.length || this.#barred) return;
		for (const entry of batch) entry.inFlight = true;
		// The reply may never be read; the next flush finds out what became of it.
		this.#put(batch, { keepalive: true }).catch(() => {});
	}

	/** Who is signed in: {user_id, csrf}, null for nobody, undefined when it cannot be asked. */
	async whoami() {
		try {
			const response = await fetch(this.session, { headers: { Accept: "application/json" }, cache: "no-store" });
			if (response.status === 401) return null;
			return response.ok ? await response.json() : undefined;
		} catch {
			return undefined;
		}
	}

	/** Ask who is signed in and go on if it is the same person: one's answers are never sent for another.
	 * Returns "same", "other", "nobody", or "unknown". */
	async resume() {
		const who = await this.whoami();
		if (who === undefined) return "unknown";
		if (!this.#isOurs(who)) return who === null ? "nobody" : "other";
		this.csrf(who.csrf);
		this.#barred = false;
		await this.flush();
		return "same";
	}

	/** Bar the way while nobody, or somebody else, is signed in. */
	#isOurs(who) {
		if (who?.user_id === this.user) return true;
		this.#barred = true;
		if (who === null) this.on.signedOut();
		else this.on.otherUser();
		return false;
	}

	#ready() {
		return [...this.#pending.values()].filter((entry) => !entry.held).slice(0, BATCH);
	}

	async #keep(entry) {
		try {
			await this.shelf.put(entry);
		} catch {
			// Storage is full or refused: the answer is still in the page and goes to the server.
		}
	}

	async #drain() {
		clearTimeout(this.#retry);
		for (let batch = this.#ready(); batch.length; batch = this.#ready()) {
			if (this.#barred || !(await this.#send(batch))) return false;
		}
		if (this.#failures) {
			this.#failures = 0;
			this.on.recovered();
		}
		return this.#pending.size === 0;
	}

	#put(batch, options = {}) {
		const bodies = batch.map(({ slot, answer, confidence, flagged, sequence }) => ({ slot, answer, confidence, flagged, sequence }));
		const { slot, ...single } = bodies[0];
		return fetch(batch.length === 1 ? `${this.answers}${slot}/` : this.answers, {
			method: "PUT",
			headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf() },
			body: JSON.stringify(batch.length === 1 ? single : { answers: bodies }),
			...options,
		});
	}

	/** Send a batch; false when sending has to stop for now. */
	async #send(batch, again = false) {
		this.on.saving();
		for (const entry of batch) entry.inFlight = true;
		let response, body;
		try {
			response = await this.#put(batch, { signal: AbortSignal.timeout(PATIENCE_MS) });
			body = await response.json().catch(() => ({}));
		} catch {
			return this.#later();
		}
		this.on.clock(response.headers.get("Date"));
		const { status } = response;
		if (status === 200) {
			const results = batch.length === 1 ? [{ ...body, status: "saved" }] : body.results;
			for (const result of results) this.#settle(result.slot, batch.find((entry) => entry.slot === result.slot), result);
			return true;
		}
		if (status === 409) {
			this.#settle(batch[0].slot, batch[0], { ...body, status: body.code });
			return true;
		}
		if (status === 429 || status >= 500) return this.#later(Number(response.headers.get("Retry-After")));
		if (status === 401) {
			this.#barred = true;
			this.on.signedOut();
			return false;
		}
		if (status === 403 || status === 404) {
			// Another tab may have signed in anew, and perhaps someone else.
			const who = await this.whoami();
			if (who === undefined) return this.#later();
			if (!this.#isOurs(who)) return false;
			if (status === 403 && !again) {
				this.csrf(who.csrf);
				return this.#send(batch, true);
			}
		}
		if (batch.length > 1) {
			// One of them is at fault: find it.
			for (const entry of batch) if (!(await this.#send([entry]))) return false;
			return true;
		}
		this.#settle(batch[0].slot, batch[0], { status: "invalid", detail: Object.values(body).flat().join(" ") });
		return true;
	}

	#settle(slot, sent, result) {
		const newest = this.#pending.get(slot);
		sent.inFlight = false;
		if (result.status === "saved" || result.status === "unchanged") {
			if (newest === sent) {
				this.#pending.delete(slot);
				this.shelf.forget(sent).catch(() => {});
			} else if (newest) {
				newest.sequence = result.sequence;
				newest.sent = undefined;
				this.#keep(newest);
			}
			this.on.saved(sent, result);
			return;
		}
		if (!newest) return;
		if (result.status === "stale") {
			const { current } = result;
			newest.sequence = current.sequence;
			// Our own earlier change, whose reply was lost, is no conflict.
			if (same(current, newest.sent) || same(current, newest)) this.#keep(newest);
			else {
				newest.held = "conflict";
				this.on.conflict(newest, current);
			}
			return;
		}
		newest.held = result.status;
		if (result.status === "closed") this.on.closed(result.state);
		else this.on.refused(newest, result.detail ?? "");
	}

	#later(seconds = 0) {
		const wait = seconds || Math.min(FIRST_WAIT_S * 2 ** this.#failures, LONGEST_WAIT_S);
		this.#failures += 1;
		this.on.failed(this.#pending.size, wait);
		this.#retry = setTimeout(() => this.flush(), wait * 1000);
		return false;
	}
}
