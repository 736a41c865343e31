import { colour, hidden, layers } from "./data.js";
import { byId, bytes, element } from "./dom.js";
import { draw, reveal } from "./file-tree.js";
import { search } from "./search.js";
import { everything, selection } from "./selection.js";

export function choose(layer) {
  selection.layer = layer;
  if (layer !== everything) selection.onlyHidden = false;
  byId("view").value = selection.onlyHidden ? "hidden" : String(selection.layer);
  for (const each of byId("map").children)
    each.setAttribute("aria-pressed", String(Number(each.dataset.layer) === selection.layer));
  for (const row of document.querySelectorAll("tr[data-layer]"))
    row.setAttribute("aria-selected", String(Number(row.dataset.layer) === selection.layer));
  draw();
  search();
}

export function drawMap() {
  const key = byId("scale").value;
  const all = layers.reduce((sum, layer) => sum + layer[key], 0) || 1;
  byId("map").replaceChildren(
    ...layers.map((layer, at) => {
      const share = layer[key] / all;
      const waste = layer.hidden > 0 ? `, ${bytes(layer.hidden)} hidden` : "";
      const title = `${at + 1}: ${layer.maker}, ${bytes(layer[key])}${waste}`;
      const made = element("button", {
        title,
        "aria-label": title,
        "aria-pressed": String(at === selection.layer),
        "data-layer": at,
      });
      if (share > 0.08) made.textContent = layer.short;
      made.style.flexGrow = share * 1000;
      made.style.backgroundColor = colour(layer);
      // what nobody sees is the hatched part
      const seen = 100 - (100 * layer.hidden) / Math.max(1, layer.unpacked);
      if (layer.hidden > 0) made.style.setProperty("--seen", `${seen}%`);
      made.addEventListener("click", () => choose(selection.layer === at ? everything : at));
      return made;
    }),
  );
}

export function drawRows() {
  const largest = Math.max(1, ...layers.map(({ unpacked }) => unpacked));
  for (const row of document.querySelectorAll("tr[data-layer]")) {
    const layer = layers[row.dataset.layer];
    const bar = element("span", { className: "bar" });
    bar.style.width = `${(120 * layer.unpacked) / largest}px`;
    bar.style.background = colour(layer);
    row.querySelector(".graph").append(bar);
    const dot = element("span", { className: "dot" });
    dot.style.background = colour(layer);
    row.querySelector(".maker").prepend(dot);
    const toggle = () => choose(selection.layer === Number(row.dataset.layer) ? everything : Number(row.dataset.layer));
    row.addEventListener("click", toggle);
    row.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle();
    });
    row.setAttribute("tabindex", "0");
  }
}

export function drawHidden() {
  for (const button of document.querySelectorAll("button[data-path]")) {
    const path = hidden[button.dataset.path];
    button.addEventListener("click", () => {
      selection.onlyHidden = true;
      choose(everything);
      byId("files-card").scrollIntoView();
      reveal(path);
    });
  }
}
