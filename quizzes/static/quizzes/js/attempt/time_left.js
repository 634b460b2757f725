// The time left, shown and announced; at zero the attempt is submitted.

import { recall, remember } from "../local_prefs.js";
import { say, toast, word } from "../notifications.js";
import { digits, Timer } from "../timer.js";
import { $, dataset } from "./page.js";
import { outbox } from "./saving.js";
import { submitNow } from "./submitting.js";

const RESYNC_EVERY_MS = 60_000;
const RETRY_MS = 10_000;

let timer = null;
let lastSync = performance.now();

/** Ask the server what time it is and whether more was granted; false when it cannot be asked. */
async function askForTime() {
	try {
		const response = await fetch(`${dataset.api}attempts/${dataset.attempt}/`, { headers: { Accept: "application/json" } });
		if (!response.ok) return false;
		const { deadline, server_time: now } = await response.json();
		timer.sync(Date.parse(now), Date.parse(deadline));
		return true;
	} catch {
		return false;
	}
}

/** Zero: save, make sure that it is zero, submit. While the server cannot be reached, try again. */
async function timeIsUp() {
	await outbox.flush();
	if (!(await askForTime())) setTimeout(timeIsUp, RETRY_MS);
	else if (timer.left <= 0) submitNow();
}

function warn(minutes) {
	const text = minutes === 1 ? word("minute") : word("minutes", { n: minutes });
	toast(text);
	say(text);
}

/** Show the time that an attempt with a limit has left. */
export function startTimer() {
	if (dataset.seconds === undefined) return;
	const place = $("#timer");
	const button = $("#hide-timer");
	let hidden = recall("timer") === "hidden";
	const show = (seconds) => {
		place.textContent = hidden ? word("hidden") : digits(seconds);
		const left = $("#submit [data-left]");
		if (left) left.textContent = digits(seconds);
	};
	const showButton = () => {
		button.setAttribute("aria-pressed", String(hidden));
		button.textContent = word(hidden ? "showTimer" : "hideTimer");
	};
	timer = new Timer(Number(dataset.seconds), Date.parse(dataset.deadline), {
		show,
		warn,
		over() {
			toast(word("timeUp"));
			timeIsUp();
		},
	});
	button.addEventListener("click", () => {
		hidden = !hidden;
		remember("timer", hidden ? "hidden" : null);
		showButton();
		show(Math.ceil(timer.left));
	});
	showButton();
	outbox.on.clock = (date) => date && timer.sync(Date.parse(date));
	addEventListener("visibilitychange", () => {
		if (document.visibilityState !== "visible" || performance.now() - lastSync < RESYNC_EVERY_MS) return;
		lastSync = performance.now();
		askForTime();
	});
}
