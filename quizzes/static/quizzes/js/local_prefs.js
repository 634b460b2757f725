// Small things this device remembers. Storage is refused in some private windows: then for this page only.

export function recall(key) {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

export function remember(key, value) {
	try {
		if (value === null) localStorage.removeItem(key);
		else localStorage.setItem(key, value);
	} catch {
		// See above.
	}
}
