// Pieces of pages, asked for by the header X-Fragment. Whoever is signed out meanwhile is led to
// the page itself, which leads on to the sign-in.

/**
 * Ask for a fragment. Replies that refuse a form (400, 409, 429, 503) are fragments too.
 *
 * @returns {Promise<DocumentFragment>} its elements; rejects when there is no usable reply.
 */
export async function fragment(url, options = {}) {
	const reply = await fetch(url, { ...options, headers: { "X-Fragment": "1" } });
	const isOurs = reply.ok || [400, 409, 429, 503].includes(reply.status);
	if (reply.redirected || !isOurs || !reply.headers.get("Content-Type")?.startsWith("text/html")) {
		throw new Error(`${reply.status} for ${url}`);
	}
	const template = document.createElement("template");
	template.innerHTML = await reply.text();
	return template.content;
}

/** What a form would send, with the button that was pressed. */
export function bodyOf(form, submitter) {
	return new URLSearchParams(new FormData(form, submitter));
}
