// The heat maps: which policy is shown, values on hover and focus, arrow keys, the way to an entry's cells.
const tip = document.getElementById("tip");
let told = null;

function choosePolicy(policy) {
  for (const heat of document.querySelectorAll(".heat")) {
    const others = [...heat.parentElement.querySelectorAll(".heat")].map((other) => other.dataset.policy);
    heat.hidden = heat.dataset.policy !== (others.includes(policy) ? policy : others[0]);
  }
  hush();
}

function tell(entry) {
  told = entry;
  tip.textContent = entry.dataset.told;
  tip.hidden = false;
  entry.setAttribute("aria-describedby", "tip");
  putTip();
}

function hush() {
  told?.removeAttribute("aria-describedby");
  told = null;
  tip.hidden = true;
}

function putTip() {
  const place = told.getBoundingClientRect();
  const left = place.left + place.width / 2 - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(6, Math.min(left, innerWidth - tip.offsetWidth - 6))}px`;
  const above = place.top - tip.offsetHeight - 6;
  tip.style.top = `${above > 0 ? above : place.bottom + 6}px`;
}

const policies = document.querySelector(".policies");
if (policies) {
  policies.hidden = false;
  policies.addEventListener("change", (event) => choosePolicy(event.target.value));
  choosePolicy(policies.querySelector(":checked").value);
}

const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function move(entry, [down, right]) {
  const field = entry.closest("td");
  const row = field.parentElement.parentElement.rows[field.parentElement.sectionRowIndex + down];
  const next = row?.cells[field.cellIndex + right]?.querySelector("a");
  if (!next) return;
  entry.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

for (const body of document.querySelectorAll(".heat tbody")) {
  // One stop of the Tab key a table; arrows go from entry to entry.
  [...body.querySelectorAll("a")].forEach((entry, place) => (entry.tabIndex = place ? -1 : 0));
  const entryOf = (event) => event.target.closest("a[data-told]");
  for (const kind of ["pointerover", "focusin"]) body.addEventListener(kind, (event) => entryOf(event) && tell(entryOf(event)));
  for (const kind of ["pointerout", "focusout"]) body.addEventListener(kind, hush);
  body.addEventListener("keydown", (event) => {
    if (!entryOf(event) || !moves[event.key]) return;
    event.preventDefault();
    move(entryOf(event), moves[event.key]);
  });
  body.addEventListener("click", (event) => {
    if (!entryOf(event)) return;
    input.value = entryOf(event).dataset.filter;
    filter();
  });
}
addEventListener("keydown", (event) => event.key === "Escape" && hush());
addEventListener("scroll", () => told && putTip(), { capture: true, passive: true });
