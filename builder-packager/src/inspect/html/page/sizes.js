import { everything, selection } from "./selection.js";

// A node of the tree of files is { n: name, c: children, e: [[layer, type, size, mode, uid, gid, target]], v: seen, f: [files left out, {layer: bytes}] }
// An event is what a layer does with the path: it adds the file, or it removes what lower layers have.

let sizes = new Map();

/** Clears the cached sizes, which depend on the selection. */
export function resetSizes() {
  sizes = new Map();
}

const isFile = (event) => event[1] !== "d" && event[1] !== "w" && event[1] !== "o";
export const eventIn = (node, layer) => (node.e || []).findLast((event) => event[0] === layer);
export const seenEvent = (node) =>
  node.v ? (node.e || []).findLast((event) => event[1] !== "w" && event[1] !== "o") : undefined;

/** Bytes of one node alone, in what is shown. */
function ownBytes(node) {
  let sum = 0;
  const events = (node.e || []).filter(isFile);
  if (selection.onlyHidden) sum = node.h || 0;
  else if (selection.layer === everything) sum = seenEvent(node)?.[2] || 0;
  else for (const event of events) if (event[0] === selection.layer) sum += event[2];
  if (!selection.onlyHidden)
    for (const [layer, count] of Object.entries(node.f?.[1] || {}))
      if (selection.layer === everything || Number(layer) === selection.layer) sum += count;
  return sum;
}

/**
 * Returns the size in bytes of a node with everything below it; undefined if none of it is
 * selected.
 */
export function sizeOf(node) {
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
  if (selection.onlyHidden) return (node.h || 0) > 0;
  if (selection.layer === everything) return Boolean(node.v);
  return eventIn(node, selection.layer) !== undefined;
}

export const childrenOf = (node) =>
  (node.c || [])
    .filter((child) => sizeOf(child) !== undefined)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || (a.n < b.n ? -1 : 1));
