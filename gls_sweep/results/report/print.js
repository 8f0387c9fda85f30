// Paper cannot be opened: all groups are, while it is printed.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach((group) => (group.open = true));
});
addEventListener("afterprint", () => closed.forEach((group) => (group.open = false)));
