// The browser's time zone: filled into the form of signing up, and offered once on Today to whose
// account still has the default.
const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
const UTC = ["UTC", "GMT", "Etc/UTC", "Etc/GMT", "Etc/Unknown"];

const field = document.querySelector("[data-browser-zone]");
if (field && zone) field.value = zone;

const offer = document.querySelector("#zone");
if (offer && zone && !UTC.includes(zone)) {
	const name = zone.replaceAll("_", " ");
	for (const place of offer.querySelectorAll("[data-zone]")) place.textContent = name;
	offer.querySelector("[data-take]").value = zone;
	offer.hidden = false;
}
