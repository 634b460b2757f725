// Entries on their way to the server. Each is kept on this device first, then sent, and forgotten
// only when the server has acknowledged it. Nothing here knows the page, nor what is sent: a subclass
// says how a kind of entry travels, and the page hears of it through `on`.

const BATCH = 20;
const FIRST_WAIT_S = 10;
const LONGEST_WAIT_S = 60;
const PATIENCE_MS = 20_000;

/**
 * A subclass has
 *   request(batch, options)    fetch that sends these entries, with `options` passed on
 *   results(batch, status, body)   of a reply 200 or 409: [{key, status, …}]; "saved" and "unchanged"
 *                              acknowledge the entry, anything else refuses it
 *   rebase(newest, result)     an earlier entry of this key was acknowledged, this one still waits
 *   refuse(newest, result)     set `newest.held` to hold it back; without it, it is sent again
 *
 * `on` has: saving(), saved(entry, result), failed(count, seconds), recovered(), signedOut(),
 * otherUser(), clock(date), and what the subclass adds.
 */
export class Outbox {
	#pending = new Map(); // key → newest entry that is not acknowledged
	#turn = Promise.resolve(true);
	#failures = 0;
	#retry = 0;
	#page = `${Date.now()}-${Math.random()}`;
	#count = 0;
	#barred = false;

	/** @param csrf returns the token against forgery; with an argument it takes a fresh one */
	constructor({ store, user, csrf, session, on }) {
		Object.assign(this, { store, user, csrf, session, on });
		addEventListener("online", () => this.flush());
	}

	get size() {
		return this.#pending.size;
	}

	/** Whether the server could not be reached, or was in trouble, when it was last asked. */
	get failing() {
		return this.#failures > 0;
	}

	/** The newest entry under a key that is not acknowledged, if any. */
	waiting(key) {
		return this.#pending.get(key);
	}

	/** Keep an entry, in place of the one with the same key; it is sent by the next flush. */
	add(entry) {
		entry.page = this.#page;
		entry.count = ++this.#count;
		this.#pending.set(entry.key, entry);
		return this.keep(entry);
	}

	/** Store an entry as it is now. */
	async keep(entry) {
		try {
			await this.store.put(entry);
		} catch {
			// Storage is full or refused: the entry is still in the page and goes to the server.
		}
	}

	/** Give an entry up for what the server has. */
	drop(key) {
		const entry = this.#pending.get(key);
		this.#pending.delete(key);
		if (entry) this.store.forget(entry).catch(() => {});
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
		this.request(batch, { keepalive: true }).catch(() => {});
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

	/** Ask who is signed in and go on if it is the same person: nothing is ever sent for another.
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

	/** Send a batch; false when sending has to stop for now. */
	async #send(batch, again = false) {
		this.on.saving();
		for (const entry of batch) entry.inFlight = true;
		let response, body;
		try {
			response = await this.request(batch, { signal: AbortSignal.timeout(PATIENCE_MS) });
			body = await response.json().catch(() => ({}));
		} catch {
			return this.#later();
		}
		this.on.clock(response.headers.get("Date"));
		const { status } = response;
		if (status === 200 || status === 409) {
			for (const result of this.results(batch, status, body)) {
				this.#settle(batch.find((entry) => entry.key === result.key), result);
			}
			return true;
		}
		if (status === 429 || status >= 500) return this.#later(Number(response.headers.get("Retry-After")));
		if (status === 401) return this.#isOurs(null);
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
		this.#settle(batch[0], { status: "invalid", detail: Object.values(body).flat().join(" ") });
		return true;
	}

	#settle(sent, result) {
		const newest = this.#pending.get(sent.key);
		sent.inFlight = false;
		if (result.status !== "saved" && result.status !== "unchanged") {
			if (newest) this.refuse(newest, result);
			return;
		}
		if (newest === sent) this.drop(sent.key);
		else if (newest) {
			this.rebase(newest, result);
			this.keep(newest);
		}
		this.on.saved(sent, result);
	}

	#later(seconds = 0) {
		const wait = seconds || Math.min(FIRST_WAIT_S * 2 ** this.#failures, LONGEST_WAIT_S);
		this.#failures += 1;
		this.on.failed(this.#pending.size, wait);
		this.#retry = setTimeout(() => this.flush(), wait * 1000);
		return false;
	}
}
