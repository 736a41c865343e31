import { colour, layers } from "./data.js";
import { bytes, element } from "./dom.js";
import { everything, selection } from "./selection.js";
import { eventIn, seenEvent, sizeOf } from "./sizes.js";

/** Creates a line of the file tree: the name, tags, attributes and size of a file. */
export function entry(node, children, all) {
  const event =
    selection.layer === everything ? seenEvent(node) || (node.e || []).at(-1) : eventIn(node, selection.layer);
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
  if (selection.layer === everything && event && !node.c) tag(`layer ${event[0] + 1}`, layers[event[0]].maker);
  if (event?.[1] === "w") tag("removed here", "this layer hides what lower ones have", "bad");
  if ((node.e || []).some((each) => each[1] === "o" && (selection.layer === everything || each[0] === selection.layer)))
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
