// The training curves of a cell, drawn when its row is opened.
const curves = JSON.parse(document.getElementById("curves").textContent);
const HEIGHT = 260, LEFT = 40, RIGHT = 10, TOP = 20, BOTTOM = 24;
const DASHES = ["none", "7 3", "2 3", "9 3 2 3"], BORDERS = ["solid", "dashed", "dotted", "dashed"];

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const percent = (value) => (value === null || value === undefined ? "–" : (value / 10).toFixed(1));

function axes(shape, width, x, y) {
  const parts = [0, 25, 50, 75, 100].flatMap((tick) => [
    svg("line", { class: "axis", x1: LEFT, x2: width - RIGHT, y1: y(10 * tick), y2: y(10 * tick) }),
    svg("text", { x: LEFT - 6, y: y(10 * tick) + 4, "text-anchor": "end" }, String(tick)),
  ]);
  let start = 0;
  for (const [name, end] of shape.phases) {
    if (start) parts.push(svg("line", { class: "phase", x1: x(start + 0.5), x2: x(start + 0.5), y1: TOP - 14, y2: HEIGHT - BOTTOM }));
    parts.push(svg("text", { x: x(start + (start ? 0.5 : 1)) + 4, y: TOP - 6 }, name));
    parts.push(svg("text", { x: x(end), y: HEIGHT - 6, "text-anchor": "end" }, start ? `${end}` : `epoch ${end}`));
    start = end;
  }
  return parts;
}

function line(values, epochs, x, y) {
  let pen = "M";
  return values
    .map((value, place) => {
      if (value === null) return (pen = "M") && "";
      const point = `${pen}${x(epochs[place]).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
      return point;
    })
    .join("") + "h.01"; // a single epoch is a dot
}

function draw(id, width) {
  const [number, values] = curves.cells[id];
  const shape = curves.shapes[number];
  const last = shape.epochs.at(-1);
  const x = (epoch) => LEFT + ((width - LEFT - RIGHT) * (epoch - 1)) / Math.max(last - 1, 1);
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / 1000);
  const drawn = curves.series.map((_, series) => series).filter((series) => values[series].length);
  const paths = drawn.map((series) =>
    svg("path", { d: line(values[series], shape.epochs, x, y), stroke: `var(--series-${series})`, "stroke-dasharray": DASHES[series] }));
  const cursor = svg("line", { class: "cursor", y1: TOP, y2: HEIGHT - BOTTOM, visibility: "hidden" });
  const ends = drawn.map((series) => `${curves.series[series]}: ${percent(values[series].at(-1))} %`);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", tabindex: "0",
    "aria-label": `Accuracy over ${last} epochs; at the end ${ends.join(", ")}. Arrow keys go through the epochs.` },
    ...axes(shape, width, x, y), ...paths, cursor);
  const legend = element("ul", { class: "legend", "aria-live": "polite" });
  let at = shape.epochs.length - 1;
  const show = (place) => {
    at = Math.max(0, Math.min(place, shape.epochs.length - 1));
    for (const side of ["x1", "x2"]) cursor.setAttribute(side, x(shape.epochs[at]));
    legend.replaceChildren(element("li", { class: "at" }, `epoch ${shape.epochs[at]}, in %`), ...drawn.map((series) =>
      element("li", { style: `--own:var(--series-${series});--dash:${BORDERS[series]}` }, `${curves.series[series]} ${percent(values[series][at])}`)));
  };
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const epoch = 1 + (((event.clientX - box.left) * width) / box.width - LEFT) * Math.max(last - 1, 1) / (width - LEFT - RIGHT);
    const distances = shape.epochs.map((own) => Math.abs(own - epoch));
    cursor.setAttribute("visibility", "visible");
    show(distances.indexOf(Math.min(...distances)));
  });
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    cursor.setAttribute("visibility", "visible");
    show(at + step);
  });
  show(at);
  return element("div", { class: "curves" }, legend, picture);
}

function toggle(row, button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", open);
  row.opened?.remove();
  const width = Math.min(720, cells.parentElement.clientWidth - 30);
  row.opened = open && element("tr", { class: "opened" }, element("td", { colspan: row.cells.length }, draw(row.id, width)));
  if (open) row.after(row.opened);
}

for (const row of rows) {
  if (!(row.id in curves.cells)) continue;
  const button = element("button", { type: "button", "aria-expanded": "false" }, "curves");
  button.addEventListener("click", () => toggle(row, button));
  row.cells[row.cells.length - 1].prepend(button, " ");
}
