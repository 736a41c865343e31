import { tree } from "./data.js";
import { byId, bytes, element } from "./dom.js";
import { reveal } from "./file-tree.js";
import { sizeOf } from "./sizes.js";

const shownMatches = 300;

function matches(text) {
  const found = [];
  const wanted = text.toLowerCase();
  (function walk(node, path) {
    for (const child of node.c || []) {
      if (found.length >= shownMatches || sizeOf(child) === undefined) continue;
      const full = `${path}/${child.n}`;
      if (full.toLowerCase().includes(wanted) && child.n.toLowerCase().includes(wanted.split("/").at(-1)))
        found.push([full, child]);
      walk(child, full);
    }
  })(tree, "");
  return found;
}

export function search() {
  const text = byId("search").value.trim();
  const list = byId("matches");
  list.hidden = text === "";
  byId("files").hidden = text !== "";
  if (text === "") return status("");
  const found = matches(text);
  status(found.length >= shownMatches ? `the first ${shownMatches} matches` : `${found.length} matches`);
  list.replaceChildren(
    ...found.map(([path, node]) => {
      const row = element("li", { role: "option", tabindex: "0" });
      const line = element("div", { className: "entry" }, element("span", { className: "name", text: path }));
      line.append(element("span", { className: "size", text: bytes(sizeOf(node)) }));
      row.append(line);
      const show = () => {
        byId("search").value = "";
        search();
        reveal(path);
      };
      row.addEventListener("click", show);
      row.addEventListener("keydown", (event) => {
        if (event.key === "Enter") show();
        if (event.key === "ArrowDown") row.nextElementSibling?.focus();
        if (event.key === "ArrowUp") (row.previousElementSibling || byId("search")).focus();
      });
      return row;
    }),
  );
}

const status = (text) => {
  byId("status").textContent = text;
};
let waiting;
byId("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 120);
});
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") byId("matches").firstElementChild?.focus();
  if (event.key !== "Escape") return;
  byId("search").value = "";
  search();
});
