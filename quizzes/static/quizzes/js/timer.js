// The time left, by the server's clock. The device's own clock is never read: what the server said at
// load, and says with every reply, is carried on by a clock that cannot be set.

const WARNINGS_S = [600, 300, 60];

export class Timer {
	#ends; // on performance.now()'s scale, in ms
	#warned;
	#over = false;

	/**
	 * @param seconds left at load
	 * @param deadline of the attempt, in ms since the epoch
	 * @param on show(seconds) each second, warn(minutes) once each, over() at zero
	 */
	constructor(seconds, deadline, on) {
		this.deadline = deadline;
		this.on = on;
		this.#ends = performance.now() + seconds * 1000;
		this.#warned = new Set(WARNINGS_S.filter((mark) => seconds <= mark));
		this.#tick();
	}

	get left() {
		return Math.max(0, (this.#ends - performance.now()) / 1000);
	}

	/** Take the server's time, and perhaps a later deadline. `now` in ms since the epoch. */
	sync(now, deadline = this.deadline) {
		if (Number.isNaN(now) || Number.isNaN(deadline)) return;
		this.deadline = deadline;
		const ends = performance.now() + deadline - now;
		// The Date of a reply is cut to the second and has been on its way: follow real shifts only.
		if (Math.abs(ends - this.#ends) > 2000) this.#ends = ends;
		if (this.left > 0) this.#over = false;
	}

	#tick() {
		const { left } = this;
		const seconds = Math.ceil(left);
		this.on.show(seconds);
		const due = WARNINGS_S.filter((mark) => seconds <= mark && !this.#warned.has(mark));
		// After a long sleep several are due at once: one, the most pressing, is said.
		if (due.length) {
			for (const mark of due) this.#warned.add(mark);
			if (seconds > 0) this.on.warn(due.at(-1) / 60);
		}
		if (left <= 0 && !this.#over) {
			this.#over = true;
			this.on.over();
		}
		setTimeout(() => this.#tick(), Math.min(1000, (left * 1000) % 1000 || 1000));
	}
}

/** “18:24”, or “1:02:05” with hours. */
export function digits(seconds) {
	const hours = Math.floor(seconds / 3600);
	const minutes = Math.floor((seconds % 3600) / 60);
	const two = (number) => String(number).padStart(2, "0");
	return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
