// The page of `cnb inspect --html`: the layer map, the tree of files and its search. The script sets all texts as texts,
// never as markup. The page's policy allows neither other scripts nor any connection.
import { byId } from "./dom.js";
import { draw } from "./file-tree.js";
import { choose, drawHidden, drawMap, drawRows } from "./layers.js";
import { everything, selection } from "./selection.js";

byId("view").addEventListener("change", ({ target }) => {
  selection.onlyHidden = target.value === "hidden";
  choose(selection.onlyHidden ? everything : Number(target.value));
});
byId("scale").addEventListener("change", drawMap);
byId("theme").addEventListener("click", () => {
  const { dataset } = document.documentElement;
  const isDark = dataset.theme ? dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  dataset.theme = isDark ? "light" : "dark";
});

for (const each of document.querySelectorAll(".scripted")) each.hidden = false;
drawMap();
drawRows();
drawHidden();
draw();
