import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { cacheControl } from "./cache-control.mjs";
import { chooseEncoding } from "./encoding.mjs";
import { fileInside, findFile, namesOf } from "./find-file.mjs";
import { mediaType } from "./media-types.mjs";
import { rangeOf } from "./range.mjs";
import { etagOf, isUnchanged, lastModifiedOf } from "./validators.mjs";

/** Answers a request with a file of the site. */
export async function answer(site, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD")
    return short(request, response, 405, { allow: "GET, HEAD" });
  const names = namesOf(request.url);
  if (names === undefined) return short(request, response, 400);
  const [path, query] = splitOnce(request.url, "?");
  const found = await findFile(site.root, names, path.endsWith("/"));
  if (found?.redirect)
    return short(request, response, 308, { location: `/${names.map(encodeURIComponent).join("/")}/${query}` });
  if (found !== undefined) return send(site, request, response, found, 200);
  return answerMissing(site, request, response, names);
}

/** An app with routes in the browser has no files for its pages. Its scripts and pictures are files, and a missing one is a 404. */
async function answerMissing(site, request, response, names) {
  const isPage = !/\.[a-z0-9]{1,8}$/i.test(names.at(-1) ?? "") || /text\/html/.test(request.headers.accept ?? "");
  const page = site.fallback !== undefined && isPage ? await fileInside(site.root, site.fallback) : undefined;
  if (page !== undefined) return send(site, request, response, page, 200);
  const notFound = await fileInside(site.root, site.notFound);
  return notFound === undefined ? short(request, response, 404) : send(site, request, response, notFound, 404);
}

async function send(site, request, response, found, status) {
  const { coding, chosen } = await chooseEncoding(site.root, found, request.headers["accept-encoding"]);
  const headers = {
    "content-type": mediaType(found.path),
    "x-content-type-options": "nosniff",
    "cache-control": status === 200 ? cacheControl(found.path) : "no-store",
    vary: "Accept-Encoding",
    "accept-ranges": "bytes",
    ...(coding !== undefined && { "content-encoding": coding }),
    ...(status === 200 && { etag: await etagOf(chosen), ...lastModifiedOf(chosen) }),
  };
  if (status === 200 && isUnchanged(request.headers, headers)) return end(response, 304, withoutContent(headers));
  // Range applies only to GET: https://www.rfc-editor.org/rfc/rfc9110#section-14.2
  const range =
    status === 200 && request.method === "GET" ? rangeOf(request.headers, headers, chosen.stats.size) : undefined;
  if (range === "unsatisfiable")
    return end(response, 416, { ...withoutContent(headers), "content-range": `bytes */${chosen.stats.size}` });
  if (range === undefined)
    return stream(request, response, chosen, status, { ...headers, "content-length": chosen.stats.size });
  const partial = {
    ...headers,
    "content-length": range.end - range.start + 1,
    "content-range": `bytes ${range.start}-${range.end}/${chosen.stats.size}`,
  };
  return stream(request, response, chosen, 206, partial, range);
}

async function stream(request, response, { file, stats }, status, headers, range = {}) {
  response.writeHead(status, headers);
  if (request.method === "HEAD" || stats.size === 0) return response.end();
  return pipeline(createReadStream(file, range), response).catch((error) => {
    // The client may close the connection at any time.
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  });
}

const texts = { 308: "Permanent Redirect", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed" };

function short(request, response, status, headers = {}) {
  const body = `${texts[status]}\n`;
  const all = {
    "content-type": "text/plain; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-store",
    ...headers,
  };
  response.writeHead(status, all).end(request.method === "HEAD" ? undefined : body);
}

function end(response, status, headers) {
  response.writeHead(status, headers).end();
}

const withoutContent = ({ "content-type": _type, "content-encoding": _coding, ...headers }) => headers;

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at)];
}
