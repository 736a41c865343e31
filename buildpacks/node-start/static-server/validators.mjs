import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** All files of a reproducible image have one fixed modification time before this date. It does not identify the contents. */
const oldest = Date.UTC(1980, 0, 2);

const tags = new Map();

/** Returns an ETag with a digest of the contents: it is the same in all containers of an image, and changes with the contents. */
export function etagOf({ file, stats }) {
  const key = `${file}\0${stats.size}\0${stats.mtimeMs}`;
  const known = tags.get(key);
  if (known !== undefined) return known;
  const tag = digestOf(file);
  tag.catch(() => tags.delete(key));
  tags.set(key, tag);
  return tag;
}

export const lastModifiedOf = ({ stats }) =>
  stats.mtimeMs < oldest ? {} : { "last-modified": new Date(stats.mtimeMs).toUTCString() };

/** True if the client already has the current contents. A tag takes precedence over a time. */
export function isUnchanged(request, response) {
  const wanted = request["if-none-match"];
  if (wanted !== undefined)
    return wanted.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === response.etag);
  const since = Date.parse(request["if-modified-since"] ?? "");
  return response["last-modified"] !== undefined && Date.parse(response["last-modified"]) <= since;
}

async function digestOf(file) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `"${hash.digest("base64url").slice(0, 22)}"`;
}
