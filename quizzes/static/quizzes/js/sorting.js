// Putting a list in order, and carrying choices to their places, by pointer. Every move can also be
// made with a button or a list of choices; those hold the answer, and what is done here is done to
// them, so that no other script knows of it.
//
//   [data-order]  a list of [data-item], and a select for each place: moves change the selects
//   [data-match]  [data-drag="value"] is carried to a [data-drop], whose select takes that value
//
// Sentences for the live region [data-say] stand in data-moved, data-kept and data-said.

const THRESHOLD_PX = 4;

const $ = (selector, root) => root.querySelector(selector);
const $$ = (selector, root) => [...root.querySelectorAll(selector)];
const fill = (text, places) => text.replace(/\{(\w+)\}/g, (_all, key) => places[key] ?? "");
const textOf = (element) => $(".txt, label", element).textContent.trim();

function say(box, text) {
	$("[data-say]", box).textContent = text;
}

function tell(select) {
	for (const type of ["input", "change"]) select.dispatchEvent(new Event(type, { bubbles: true }));
}

// Order

const items = (box) => $$("[data-item]", box);
const places = (box) => $$("select", box);

/** Let the selects say what the list shows. */
function keep(box) {
	const order = items(box).map((item) => item.dataset.item);
	places(box).forEach((select, index) => {
		select.value = order[index];
	});
	tell(places(box)[0]);
	show(box);
}

/** Mark the ends, and offer to keep the order as long as none is given. */
function show(box) {
	const all = items(box);
	all.forEach((item, index) => {
		$('[data-move="-1"]', item).setAttribute("aria-disabled", String(index === 0));
		$('[data-move="1"]', item).setAttribute("aria-disabled", String(index === all.length - 1));
	});
	$("[data-keep]", box).hidden = places(box).every((select) => select.value);
}

/** Bring the list to the order that the selects give, if they give one. */
function follow(box) {
	const order = places(box).map((select) => select.value);
	const all = items(box);
	if (all.length && new Set(order).size === all.length && !order.includes("")) {
		const list = all[0].parentElement;
		for (const value of order) list.append(all.find((item) => item.dataset.item === value));
	}
	show(box);
}

/** The item stays where it is in the document, so that it keeps focus and pointer: its neighbour moves. */
function step(item, by) {
	const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
	if (!other) return false;
	if (by < 0) item.after(other);
	else item.before(other);
	return true;
}

function announce(box, item) {
	const all = items(box);
	say(box, fill(box.dataset.moved, { text: textOf(item), n: all.indexOf(item) + 1, total: all.length }));
}

// Dragging

/** Follow one pointer from where it went down; `moved` starts once it left its place. */
function track(down, { moved, ended }) {
	const { target, pointerId } = down;
	const stop = new AbortController();
	const { signal } = stop;
	let begun = false;
	target.setPointerCapture?.(pointerId);
	const finish = (event, done) => {
		stop.abort();
		if (begun) ended(event, done);
	};
	target.addEventListener(
		"pointermove",
		(event) => {
			if (event.pointerId !== pointerId) return;
			begun ||= Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > THRESHOLD_PX;
			if (begun) moved(event);
		},
		{ signal },
	);
	target.addEventListener("pointerup", (event) => finish(event, true), { signal });
	target.addEventListener("pointercancel", (event) => finish(event, false), { signal });
	addEventListener("keydown", (event) => event.key === "Escape" && finish(event, false), { signal });
}

function dragItem(down, box, item) {
	const before = items(box);
	track(down, {
		moved({ clientY }) {
			item.classList.add("dragged");
			const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
			while (item.previousElementSibling && clientY < middle(item.previousElementSibling)) step(item, -1);
			while (item.nextElementSibling && clientY > middle(item.nextElementSibling)) step(item, 1);
		},
		ended(_event, done) {
			item.classList.remove("dragged");
			if (!done) item.parentElement.append(...before);
			else if (before.some((one, index) => one !== items(box)[index])) {
				keep(box);
				announce(box, item);
			}
		},
	});
}

function dragChoice(down, box, choice) {
	const ghost = choice.cloneNode(true);
	const from = choice.getBoundingClientRect();
	let over = null;
	ghost.classList.add("ghost");
	ghost.setAttribute("aria-hidden", "true");
	track(down, {
		moved({ clientX, clientY }) {
			if (!ghost.isConnected) choice.after(ghost);
			ghost.style.width = `${from.width}px`;
			ghost.style.translate = `${clientX - down.clientX + from.left}px ${clientY - down.clientY + from.top}px`;
			const under = box.getRootNode().elementFromPoint(clientX, clientY)?.closest("[data-drop]");
			over?.classList.remove("over");
			over = under && box.contains(under) ? under : null;
			over?.classList.add("over");
		},
		ended(_event, done) {
			ghost.remove();
			over?.classList.remove("over");
			if (!done || !over) return;
			const select = $("select", over);
			select.value = choice.dataset.drag;
			tell(select);
			say(box, fill(box.dataset.said, { left: textOf(over), right: textOf(choice) }));
		},
	});
}

/** Serve every list within `root`, also those that come later. */
export function serve(root) {
	root.classList.add("serves");
	root.addEventListener("click", ({ target }) => {
		const box = target.closest("[data-order]");
		if (!box || box.disabled) return;
		const move = target.closest("[data-move]");
		if (move) {
			const item = move.closest("[data-item]");
			if (step(item, Number(move.dataset.move))) keep(box);
			announce(box, item);
		} else if (target.closest("[data-keep] button")) {
			keep(box);
			say(box, box.dataset.kept);
			$("[data-move]", box).focus();
		}
	});
	root.addEventListener("pointerdown", (event) => {
		const box = event.target.closest("[data-order], [data-match]");
		if (!box || box.disabled || event.button !== 0 || event.target.closest("button, select")) return;
		const item = event.target.closest("[data-item], [data-drag]");
		// A finger scrolls the page, but for the grip and what is there to be carried.
		if (!item || (event.pointerType !== "mouse" && !event.target.closest(".grip, [data-drag]"))) return;
		event.preventDefault();
		if (box.matches("[data-order]")) dragItem(event, box, item);
		else dragChoice(event, box, item);
	});
	// Answers put back into the controls, by this page or by the browser.
	root.addEventListener("filled", ({ target }) => refresh(target));
	refresh(root);
}

/** Bring what stands in `root` to what its controls say. */
export function refresh(root) {
	for (const box of $$("[data-order]", root)) follow(box);
}
