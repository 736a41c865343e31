import { tree } from "./data.js";
import { byId, bytes, element } from "./dom.js";
import { entry } from "./file-entry.js";
import { childrenOf, resetSizes, sizeOf } from "./sizes.js";

const shownChildren = 400;

/** The node and the path of an item, or the function that lists more items. */
const nodes = new WeakMap();

function item(node, path, all) {
  const children = (node.c || []).some((child) => sizeOf(child) !== undefined);
  const made = element("li", { role: "treeitem", tabindex: "-1", "aria-label": `${node.n}, ${bytes(sizeOf(node))}` });
  if (children) made.setAttribute("aria-expanded", "false");
  nodes.set(made, { node, path });
  made.append(entry(node, children, all));
  return made;
}

function listOf(node, path, from = 0) {
  const list = element("ul", { role: "group" });
  append(list, node, path, from);
  return list;
}

function append(list, node, path, from) {
  const children = childrenOf(node);
  const all = sizeOf(node) || 0;
  for (const child of children.slice(from, from + shownChildren)) list.append(item(child, `${path}/${child.n}`, all));
  const left = children.length - from - shownChildren;
  if (left <= 0) return;
  const more = element("li", { role: "treeitem", tabindex: "-1", "aria-label": `${left} more` });
  more.append(element("button", { text: `${left} more …`, tabindex: "-1" }));
  nodes.set(more, {
    more: () => {
      more.remove();
      append(list, node, path, from + shownChildren);
    },
  });
  list.append(more);
}

function expand(made, isOpen) {
  const { node, path } = nodes.get(made);
  if (!made.hasAttribute("aria-expanded")) return;
  made.setAttribute("aria-expanded", String(isOpen));
  made.querySelector(".twist").textContent = isOpen ? "▾" : "▸";
  const list = made.querySelector(":scope > ul");
  if (!isOpen) list?.remove();
  else if (!list) made.append(listOf(node, path));
}

export function draw() {
  resetSizes();
  const list = byId("files");
  list.replaceChildren();
  if (sizeOf(tree) === undefined) list.append(element("li", { className: "dim", text: "There is nothing to show." }));
  else append(list, tree, "", 0);
  list.querySelector("li")?.setAttribute("tabindex", "0");
  const only = list.querySelectorAll(":scope > li[aria-expanded]");
  if (only.length === 1) expand(only[0], true);
}

function focus(made) {
  for (const each of byId("tree").querySelectorAll('li[tabindex="0"]')) each.setAttribute("tabindex", "-1");
  made.setAttribute("tabindex", "0");
  made.focus();
}

/** Expands the directories that contain a path, and shows the path. */
export function reveal(path) {
  const names = path.split("/").slice(1);
  let list = byId("files");
  let found;
  for (const [at, name] of names.entries()) {
    found = itemIn(list, name);
    if (!found) return;
    if (at < names.length - 1) expand(found, true);
    list = found.querySelector(":scope > ul");
    if (!list) break;
  }
  if (!found) return;
  for (const each of byId("tree").querySelectorAll(".chosen")) each.classList.remove("chosen");
  found.classList.add("chosen");
  focus(found);
  found.querySelector(".entry").scrollIntoView({ block: "center" });
}

/** The entry of a name; those not listed yet are. */
function itemIn(list, name) {
  for (;;) {
    const found = [...(list?.children || [])].find((each) => nodes.get(each)?.node?.n === name);
    if (found) return found;
    const last = list?.lastElementChild && nodes.get(list.lastElementChild)?.more;
    if (!last) return undefined;
    last();
  }
}

byId("tree").addEventListener("click", ({ target }) => {
  const made = target.closest("li[role=treeitem]");
  if (!made) return;
  const { more } = nodes.get(made) || {};
  if (more) return more();
  expand(made, made.getAttribute("aria-expanded") === "false");
  focus(made);
});

byId("tree").addEventListener("keydown", (event) => {
  const made = event.target.closest("li[role=treeitem]");
  const all = [...byId("files").querySelectorAll("li[role=treeitem]")];
  const at = all.indexOf(made);
  if (at < 0) return;
  const isOpen = made.getAttribute("aria-expanded");
  const moves = {
    ArrowDown: () => all[at + 1],
    ArrowUp: () => all[at - 1],
    Home: () => all[0],
    End: () => all.at(-1),
    ArrowRight() {
      if (isOpen === "false") return expand(made, true);
      return isOpen === "true" ? all[at + 1] : undefined;
    },
    ArrowLeft: () => (isOpen === "true" ? expand(made, false) : made.parentElement.closest("li[role=treeitem]")),
    Enter: () => made.firstElementChild.click(),
    " ": () => made.firstElementChild.click(),
  };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  const next = move();
  if (next) focus(next);
});
