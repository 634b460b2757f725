// Pieces of pages, which htmx fetches and puts in place.

/** Whether a reply is what was asked for: whoever is signed out meanwhile is led to another page. */
export function isPiece({ xhr, pathInfo }) {
	const came = new URL(xhr.responseURL).pathname;
	return (
		came === new URL(pathInfo.finalRequestPath, location).pathname &&
		Boolean(xhr.getResponseHeader("Content-Type")?.startsWith("text/html"))
	);
}

/** Keep what is no piece out of the page; the request has failed then. For `htmx:beforeSwap`. */
export function keepOut({ detail }) {
	if (isPiece(detail)) return;
	detail.shouldSwap = false;
	detail.isError = true;
}
