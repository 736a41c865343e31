// The page of `cnb inspect --html`: the layer map, the tree of files and its search. All texts are set as texts, never as
// markup, and the page's policy allows neither other scripts nor any connection.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { layers, tree, hidden } = data;
  const shownChildren = 400;
  const shownMatches = 300;
  const everything = -1;
  /** Which layer is shown, or what a container sees of all. */
  let view = everything;
  let onlyHidden = false;
  let sizes = new Map();

  const byId = (id) => document.getElementById(id);
  function element(name, { text, className, ...attributes } = {}, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function bytes(count) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let at = 0;
    for (; count >= 1000 && at < units.length - 1; at++) count /= 1000;
    return `${at === 0 ? count : count.toFixed(1)} ${units[at]}`;
  }

  const colour = (layer) => `var(--${layer.colour})`;

  // --- the tree of files: a node is { n: name, c: children, e: [[layer, type, size, mode, uid, gid, target]], v: seen, f: [files left out, {layer: bytes}] }

  const isFile = (event) => event[1] !== "d" && event[1] !== "w" && event[1] !== "o";
  const eventIn = (node, layer) => (node.e || []).findLast((event) => event[0] === layer);
  const seenEvent = (node) =>
    node.v ? (node.e || []).findLast((event) => event[1] !== "w" && event[1] !== "o") : undefined;

  /** Bytes of one node alone, in what is shown. */
  function ownBytes(node) {
    let sum = 0;
    const events = (node.e || []).filter(isFile);
    if (onlyHidden) sum = node.h || 0;
    else if (view === everything) sum = seenEvent(node)?.[2] || 0;
    else for (const event of events) if (event[0] === view) sum += event[2];
    if (!onlyHidden)
      for (const [layer, count] of Object.entries(node.f?.[1] || {}))
        if (view === everything || Number(layer) === view) sum += count;
    return sum;
  }

  /** Bytes of a node with all below it; undefined when nothing of it is shown. */
  function sizeOf(node) {
    const known = sizes.get(node);
    if (known !== undefined) return known < 0 ? undefined : known;
    let sum = ownBytes(node);
    let isShown = isShownItself(node);
    for (const child of node.c || []) {
      const below = sizeOf(child);
      if (below === undefined) continue;
      isShown = true;
      sum += below;
    }
    sizes.set(node, isShown ? sum : -1);
    return isShown ? sum : undefined;
  }

  function isShownItself(node) {
    if (onlyHidden) return (node.h || 0) > 0;
    if (view === everything) return Boolean(node.v);
    return eventIn(node, view) !== undefined;
  }

  const childrenOf = (node) =>
    (node.c || [])
      .filter((child) => sizeOf(child) !== undefined)
      .sort((a, b) => sizeOf(b) - sizeOf(a) || (a.n < b.n ? -1 : 1));

  const nodes = new WeakMap();

  function item(node, path, all) {
    const children = (node.c || []).some((child) => sizeOf(child) !== undefined);
    const made = element("li", { role: "treeitem", tabindex: "-1", "aria-label": `${node.n}, ${bytes(sizeOf(node))}` });
    if (children) made.setAttribute("aria-expanded", "false");
    nodes.set(made, { node, path });
    made.append(entry(node, children, all));
    return made;
  }

  function entry(node, children, all) {
    const event = view === everything ? seenEvent(node) || (node.e || []).at(-1) : eventIn(node, view);
    const row = element("div", { className: `entry${event?.[1] === "w" ? " gone" : ""}` });
    const name = element(
      "span",
      { className: "name" },
      element("span", { className: "twist", text: children ? "▸" : "" }),
    );
    name.append(`${node.n}${children || event?.[1] === "d" ? "/" : ""}`);
    if (event?.[6]) name.append(element("span", { className: "dim", text: ` → ${event[6]}` }));
    name.append(" ", ...tags(node, event));
    const share = element("span", { className: "share" });
    const bar = element("span", { className: "bar" });
    bar.style.width = `${Math.max(2, (60 * sizeOf(node)) / Math.max(1, all))}px`;
    bar.style.background = children ? "var(--accent)" : colour(layers[event?.[0]] || { colour: "other" });
    if (sizeOf(node) > 0) share.append(bar);
    row.append(name, element("span", { className: "attributes", text: attributes(event) }));
    row.append(
      element("span", { className: `size${sizeOf(node) > 0 ? "" : " none"}`, text: bytes(sizeOf(node)) }),
      share,
    );
    return row;
  }

  function tags(node, event) {
    const found = [];
    const tag = (text, title, kind = "") => found.push(element("span", { className: `tag ${kind}`, text, title }));
    if (view === everything && event && !node.c) tag(`layer ${event[0] + 1}`, layers[event[0]].maker);
    if (event?.[1] === "w") tag("removed here", "this layer hides what lower ones have", "bad");
    if ((node.e || []).some((each) => each[1] === "o" && (view === everything || each[0] === view)))
      tag("opaque", "hides all that lower layers have in it", "bad");
    if (node.h) tag(`${bytes(node.h)} hidden`, "bytes of layers that no container sees", "bad");
    if (node.f) tag(`${node.f[0]} smaller files not listed`, "the page would be too large with them");
    return found;
  }

  function attributes(event) {
    if (!event || event[1] === "w" || event[1] === "o") return "";
    const [, type, , mode, uid, gid] = event;
    const letters = [8, 7, 6, 5, 4, 3, 2, 1, 0].map((bit) => ((mode >> bit) & 1 ? "rwx"[(8 - bit) % 3] : "-"));
    if (mode & 0o4000) letters[2] = letters[2] === "x" ? "s" : "S";
    if (mode & 0o2000) letters[5] = letters[5] === "x" ? "s" : "S";
    if (mode & 0o1000) letters[8] = letters[8] === "x" ? "t" : "T";
    return `${type}${letters.join("")} ${uid}:${gid}`;
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

  function draw() {
    sizes = new Map();
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

  /** Opens the way to a path and shows it. */
  function reveal(path) {
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
      ArrowRight: () => (isOpen === "false" ? expand(made, true) : isOpen === "true" ? all[at + 1] : undefined),
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

  // --- search

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

  function search() {
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

  // --- the layers

  function choose(layer) {
    view = layer;
    if (layer !== everything) onlyHidden = false;
    byId("view").value = onlyHidden ? "hidden" : String(view);
    for (const each of byId("map").children)
      each.setAttribute("aria-pressed", String(Number(each.dataset.layer) === view));
    for (const row of document.querySelectorAll("tr[data-layer]"))
      row.setAttribute("aria-selected", String(Number(row.dataset.layer) === view));
    draw();
    search();
  }

  function drawMap() {
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
          "aria-pressed": String(at === view),
          "data-layer": at,
        });
        if (share > 0.08) made.textContent = layer.short;
        made.style.flexGrow = share * 1000;
        made.style.backgroundColor = colour(layer);
        // what nobody sees is the hatched part
        const seen = 100 - (100 * layer.hidden) / Math.max(1, layer.unpacked);
        if (layer.hidden > 0) made.style.setProperty("--seen", `${seen}%`);
        made.addEventListener("click", () => choose(view === at ? everything : at));
        return made;
      }),
    );
  }

  function drawRows() {
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
      const toggle = () => choose(view === Number(row.dataset.layer) ? everything : Number(row.dataset.layer));
      row.addEventListener("click", toggle);
      row.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      });
      row.setAttribute("tabindex", "0");
    }
  }

  function drawHidden() {
    for (const button of document.querySelectorAll("button[data-path]")) {
      const path = hidden[button.dataset.path];
      button.addEventListener("click", () => {
        onlyHidden = true;
        choose(everything);
        byId("files-card").scrollIntoView();
        reveal(path);
      });
    }
  }

  byId("view").addEventListener("change", ({ target }) => {
    onlyHidden = target.value === "hidden";
    choose(onlyHidden ? everything : Number(target.value));
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
})();
