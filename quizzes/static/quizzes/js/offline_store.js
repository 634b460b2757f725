// Entries that are not on the server yet, in IndexedDB. Any kind of entry can be kept: answers of an
// attempt are one kind, reviews of cards can be another.

const NAME = "passage";
const VERSION = 2;
const STORE = "outbox";
const PLACE = ["user", "kind", "scope", "key"];

/**
 * The entries of one kind and scope (an attempt, say) that belong to one user, encrypted with a
 * secret that only that user's own pages hand out: what is left behind after signing out on a shared
 * computer can be read, and sent, by nobody else. Without storage, or without cryptography (a page
 * that came over plain HTTP), nothing is kept here and entries live in the page's memory alone.
 *
 * An entry is any JSON with a `key` (a number or string, one entry each), and the `page` and `count`
 * that say which page made it and in which turn.
 */
export class OfflineStore {
	#database = null;
	#secret = null;
	#owner;
	#ready;

	constructor({ user, kind, scope, secret }) {
		this.#owner = [user, kind, scope];
		this.#ready = this.#open(secret);
	}

	async #open(secret) {
		try {
			const raw = Uint8Array.from(atob(secret), (sign) => sign.charCodeAt(0));
			this.#secret = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
			const opening = indexedDB.open(NAME, VERSION);
			opening.onupgradeneeded = ({ oldVersion }) => upgrade(opening, oldVersion);
			this.#database = await done(opening);
			// A page with a later version must not wait for this one to be closed.
			this.#database.onversionchange = () => this.#database.close();
		} catch {
			// This page's memory will have to do.
		}
		return this.#database !== null;
	}

	/** Keep an entry in place of the one with the same key, whose turn it takes. */
	async put(entry) {
		if (!(await this.#ready)) return;
		const iv = crypto.getRandomValues(new Uint8Array(12));
		const text = new TextEncoder().encode(JSON.stringify(entry));
		const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#secret, text);
		const store = this.#store();
		const kept = await done(store.get([...this.#owner, entry.key]));
		// Encrypting takes turns of its own: an older change never overwrites a newer one of this page.
		if (kept?.page === entry.page && kept.count > entry.count) return;
		const order = kept?.order ?? (await this.#lastOrder(store)) + 1;
		const [user, kind, scope] = this.#owner;
		const { key, page, count } = entry;
		await done(store.put({ user, kind, scope, key, order, page, count, iv, data }));
	}

	/** Forget an entry, unless another change has taken its place since. */
	async forget({ key, page, count }) {
		if (!(await this.#ready)) return;
		const store = this.#store();
		const kept = await done(store.get([...this.#owner, key]));
		if (kept?.page === page && kept.count <= count) await done(store.delete([...this.#owner, key]));
	}

	/** All entries, in the order in which they were first kept. */
	async all() {
		if (!(await this.#ready)) return [];
		const entries = [];
		for (const { key, iv, data } of await done(this.#store().index("order").getAll(this.#range()))) {
			try {
				const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.#secret, data);
				entries.push({ ...JSON.parse(new TextDecoder().decode(text)), key });
			} catch {
				// Kept under a secret of another installation: it can never be read again.
			}
		}
		return entries;
	}

	#range() {
		return IDBKeyRange.bound([...this.#owner, 0], [...this.#owner, Infinity]);
	}

	async #lastOrder(store) {
		const newest = await done(store.index("order").openCursor(this.#range(), "prev"));
		return newest?.value.order ?? 0;
	}

	#store() {
		return this.#database.transaction(STORE, "readwrite", { durability: "strict" }).objectStore(STORE);
	}
}

/** Version 1 had a store of answers alone, by [user, attempt, slot]: they move over as they are. */
function upgrade({ result: database, transaction }, oldVersion) {
	const store = database.createObjectStore(STORE, { keyPath: PLACE });
	store.createIndex("order", [...PLACE.slice(0, 3), "order"]);
	if (oldVersion !== 1) return;
	let order = 0;
	transaction.objectStore("answers").openCursor().onsuccess = ({ target: { result: cursor } }) => {
		if (!cursor) {
			database.deleteObjectStore("answers");
			return;
		}
		const [user, scope, key] = cursor.key;
		store.put({ ...cursor.value, user, kind: "answer", scope, key, order: ++order });
		cursor.continue();
	};
}

function done(request) {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}
