// Runs before the first paint, so that a chosen theme never flashes. The admin site shares the key.
(() => {
	const root = document.documentElement;
	root.classList.add("js");
	try {
		const theme = localStorage.getItem("theme");
		if (theme === "light" || theme === "dark") root.dataset.theme = theme;
		if (localStorage.getItem("keys") === "off") root.dataset.keys = "off";
	} catch {
		// Storage is refused in some private windows: the system's theme is used.
	}
})();
