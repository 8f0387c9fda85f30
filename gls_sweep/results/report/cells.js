// Sorts and filters the table of cells.
"use strict";
const cells = document.querySelector("table.cells");
const heads = [...cells.tHead.rows[0].cells].filter((head) => head.dataset.key);
const keys = heads.map((head) => head.dataset.key);
const rows = [...cells.tBodies[0].rows];

const valueOf = (row, column) => {
  const field = row.cells[column];
  return field.dataset.value ?? field.textContent.trim();
};

// Numbers by size, then words; what is missing last, whichever the direction.
function compare(a, b, direction) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return direction * (x - y);
  if (Number.isNaN(x) !== Number.isNaN(y)) return direction * (Number.isNaN(x) ? 1 : -1);
  return direction * a.localeCompare(b, "en", { numeric: true });
}

function sortBy(column) {
  const head = heads[column];
  const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  const keyed = rows.map((row) => [valueOf(row, column), row]);
  keyed.sort(([a], [b]) => compare(a, b, direction));
  keyed.forEach(([, row], place) => (rows[place] = row));
  cells.tBodies[0].append(...rows.flatMap((row) => (row.opened ? [row, row.opened] : [row])));
}

heads.forEach((head, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sortBy(column));
  head.append(button);
});

const input = document.getElementById("filter");
const count = document.getElementById("count");

// A quoted part keeps its spaces: loss='gce q=0.7'.
const wordsOf = (text) =>
  (text.match(/(?:[^\s"']|"[^"]*"?|'[^']*'?)+/g) ?? []).map((word) => word.replace(/["']/g, ""));

const isSame = (a, b) =>
  a.toLowerCase() === b.toLowerCase() || (a !== "" && b !== "" && Number(a) === Number(b));

// A column by its key, or by the end of it: rate for noise.rate.
const columnOf = (name) => (keys.includes(name) ? keys.indexOf(name) : keys.findIndex((key) => key.endsWith(`.${name}`)));

function testOf(word) {
  const equals = word.indexOf("=");
  const column = columnOf(word.slice(0, equals));
  if (equals > 0 && column >= 0) {
    const wanted = word.slice(equals + 1);
    const choices = [wanted, ...wanted.split(",")];
    return (row) => choices.some((choice) => isSame(valueOf(row, column), choice));
  }
  const sought = word.toLowerCase();
  return (row) => row.id.split("-")[1].startsWith(sought) || [...row.cells].slice(0, -1).some((field) => field.textContent.toLowerCase().includes(sought));
}

function filter() {
  const words = wordsOf(input.value);
  const tests = words.map(testOf);
  let shown = 0;
  for (const row of rows) {
    row.hidden = !tests.every((test) => test(row));
    if (row.opened) row.opened.hidden = row.hidden;
    shown += !row.hidden;
  }
  const unknown = words.find((word) => word.indexOf("=") > 0 && columnOf(word.split("=")[0]) < 0);
  const hint = !shown && unknown ? `; no column ${unknown.split("=")[0]}, there are ${keys.join(", ")}` : "";
  count.textContent = shown === rows.length ? `all ${rows.length} shown` : `${shown} of ${rows.length} shown${hint}`;
}

input.addEventListener("input", filter);
input.closest(".filter").hidden = false;
filter();
