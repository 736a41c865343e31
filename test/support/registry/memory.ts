import { createHash, randomUUID } from "node:crypto";
import http from "node:http";
import { buffer } from "node:stream/consumers";
import { type Listening, listen } from "./listen.ts";

/** The behavior in which registries differ. Debian's registry has only one variant, or none. */
export interface Traits {
  /** Keeps lists of referrers and says so. */
  readonly referrers?: boolean;
  /** Takes the tag of their list for the digest of their subject. */
  readonly confusesReferrers?: boolean;
  /** Filters them by type. */
  readonly filtersReferrers?: boolean;
  /** The header `OCI-Chunk-Min-Length`. */
  readonly chunkMinLength?: number;
  readonly mount?:
    | "mounts"
    | "ignores"
    | "refuses"
    | "answers 202 with the location of the blob"
    | "answers 202 with an invalid escape";
  /** Takes no chunks at all. */
  readonly wholeOnly?: boolean;
  /** Cancels no uploads. */
  readonly refusesCancels?: boolean;
  readonly relativeLocations?: boolean;
  /** Entries of a page of tags or referrers. */
  readonly pageSize?: number;
  readonly warning?: string;
  /** Says no digests. */
  readonly silent?: boolean;
  /** Denies what is not there instead of saying so. */
  readonly hidesBlobs?: boolean;
  readonly deletesTags?: boolean;
}

export interface MemoryRegistry extends Listening {
  /** `METHOD /path STATUS` of all requests. */
  readonly log: string[];
  /** Bytes of each chunk that came. */
  readonly chunks: number[];
  /** The number of uploads that were begun, and neither completed nor cancelled. */
  openUploads(): number;
  /** Loses the connection in the middle of the next chunk, but keeps what it has got. */
  breakNextChunk(): void;
}

interface Stored {
  readonly bytes: Buffer;
  readonly type: string;
}

interface Repository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, Stored>;
  readonly tags: Map<string, string>;
  readonly uploads: Map<string, Buffer>;
}

/** A registry with all it has. */
interface World {
  readonly traits: Traits;
  readonly repositories: Map<string, Repository>;
  readonly chunks: number[];
  /** Chunks that are to break. */
  breaks: number;
}

interface Call {
  readonly world: World;
  readonly method: string;
  readonly url: URL;
  readonly repository: Repository;
  readonly name: string;
  readonly rest: string;
  readonly request: http.IncomingMessage;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
}

const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const indexType = "application/vnd.oci.image.index.v1+json";

/** A registry of the OCI distribution specification 1.1 in memory. */
export async function startMemoryRegistry(traits: Traits = {}): Promise<MemoryRegistry> {
  const world: World = { traits, repositories: new Map(), chunks: [], breaks: 0 };
  const log: string[] = [];
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "", `http://${request.headers.host}`);
    const { socket } = request;
    const { status, headers, body = "" } = await replyTo(world, request, url);
    request.resume();
    log.push(`${request.method} ${url.pathname} ${status}`);
    if (status === 0) return void socket.destroy();
    const warned = traits.warning === undefined ? {} : { warning: traits.warning };
    response.writeHead(status, { ...headers, ...warned, "content-length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  const breakNextChunk = () => {
    world.breaks = 1;
  };
  const openUploads = () => [...world.repositories.values()].reduce((sum, { uploads }) => sum + uploads.size, 0);
  return { ...(await listen(server)), log, chunks: world.chunks, openUploads, breakNextChunk };
}

function replyTo(world: World, request: http.IncomingMessage, url: URL): Reply | Promise<Reply> {
  const [, name, rest = ""] = /^\/v2\/(.+?)\/((?:blobs|manifests|referrers|tags)\/.*)$/.exec(url.pathname) ?? [];
  if (name === undefined) return { status: 200, body: "{}" };
  const call = { world, method: request.method ?? "", url, name, rest, request, repository: repositoryIn(world, name) };
  if (rest.startsWith("blobs/uploads/")) return request.method === "POST" ? begin(call) : upload(call);
  if (rest.startsWith("blobs/")) return blob(call);
  if (rest.startsWith("manifests/")) return manifest(call);
  if (rest.startsWith("referrers/")) return referrers(call);
  return page(call, [...call.repository.tags.keys()], (tags) => JSON.stringify({ name, tags }));
}

function repositoryIn({ repositories }: World, name: string): Repository {
  const known = repositories.get(name) ?? newRepository();
  repositories.set(name, known);
  return known;
}

function begin(call: Call): Reply {
  const { world, name, repository, url } = call;
  const { mount: kind, chunkMinLength } = world.traits;
  const [mount, from] = [url.searchParams.get("mount"), url.searchParams.get("from")];
  if (mount && kind === "refuses") return { status: 405 };
  const blob = mount && from && kind !== "ignores" ? repositoryIn(world, from).blobs.get(mount) : undefined;
  if (mount && kind === "answers 202 with an invalid escape")
    return { status: 202, headers: { location: `/v2/${name}/blobs/uploads/%zz` } };
  if (mount && kind === "answers 202 with the location of the blob")
    return { status: 202, headers: { location: `/v2/${name}/blobs/${mount}` } };
  if (mount && blob) {
    repository.blobs.set(mount, blob);
    return { status: 201, headers: { location: `/v2/${name}/blobs/${mount}` } };
  }
  const id = randomUUID();
  repository.uploads.set(id, Buffer.alloc(0));
  const least = chunkMinLength === undefined ? {} : { "oci-chunk-min-length": String(chunkMinLength) };
  return { status: 202, headers: { ...stored(call, id, 0), ...(least as Record<string, string>) } };
}

/** The progress of an upload, and the URL at which it continues. */
const stored = ({ world, name, url }: Call, id: string, length: number) => ({
  location: `${world.traits.relativeLocations ? "" : url.origin}/v2/${name}/blobs/uploads/${id}`,
  range: `0-${Math.max(length - 1, 0)}`,
});

async function upload(call: Call): Promise<Reply> {
  const { method, url, repository, rest, request } = call;
  const id = rest.slice("blobs/uploads/".length);
  const before = repository.uploads.get(id);
  if (before === undefined) return { status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' };
  if (method === "GET") return { status: 204, headers: stored(call, id, before.length) };
  if (method === "DELETE") return cancel(call, id);
  const start = Number(/^(\d+)-/.exec(request.headers["content-range"] ?? "")?.[1] ?? before.length);
  if (start !== before.length) return { status: 416, headers: stored(call, id, before.length) };
  if (method === "PATCH") return patch(call, id, before);
  repository.uploads.delete(id);
  return finish(repository, Buffer.concat([before, await bodyOf(request)]), url.searchParams.get("digest") ?? "");
}

function cancel({ world, repository }: Call, id: string): Reply {
  if (world.traits.refusesCancels) return { status: 405, body: '{"errors":[{"code":"UNSUPPORTED"}]}' };
  repository.uploads.delete(id);
  return { status: 204 };
}

async function patch(call: Call, id: string, before: Buffer): Promise<Reply> {
  const { world, repository, request } = call;
  if (world.traits.wholeOnly) return { status: 405 };
  const cut = world.breaks-- > 0;
  const chunk = await bodyOf(request, cut);
  world.chunks.push(chunk.length);
  const bytes = Buffer.concat([before, chunk]);
  repository.uploads.set(id, bytes);
  return cut ? { status: 0 } : { status: 202, headers: stored(call, id, bytes.length) };
}

function finish(repository: Repository, bytes: Buffer, digest: string): Reply {
  if (sha256(bytes) !== digest) return { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' };
  repository.blobs.set(digest, bytes);
  return { status: 201, headers: { "docker-content-digest": digest } };
}

async function manifest(call: Call): Promise<Reply> {
  const { world, method, repository, rest } = call;
  const name = rest.slice("manifests/".length);
  const meant = world.traits.confusesReferrers ? name.replace("sha256-", "sha256:") : name;
  const digest = meant.startsWith("sha256:") ? meant : (repository.tags.get(name) ?? "");
  const stored = repository.manifests.get(digest);
  if (method === "PUT") return putManifest(call, name);
  if (method === "DELETE" && stored) return removeManifest(call, name);
  if (stored === undefined) return { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' };
  const headers = { "content-type": stored.type, ...digestHeader(world, digest) };
  return { status: 200, headers, body: stored.bytes };
}

async function putManifest({ world, repository, request }: Call, name: string): Promise<Reply> {
  const bytes = await bodyOf(request);
  const { config, layers = [], manifests = [], subject } = JSON.parse(bytes.toString());
  const missing =
    [config, ...layers].some((each) => each && !repository.blobs.has(each.digest)) ||
    manifests.some((each: { digest: string }) => !repository.manifests.has(each.digest));
  if (missing) return { status: 404, body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}' };
  repository.manifests.set(sha256(bytes), { bytes, type: request.headers["content-type"] ?? "" });
  if (!name.startsWith("sha256:")) repository.tags.set(name, sha256(bytes));
  const reported = subject && world.traits.referrers ? { "oci-subject": subject.digest } : {};
  return { status: 201, headers: { ...digestHeader(world, sha256(bytes)), ...reported } };
}

function removeManifest({ world, repository }: Call, name: string): Reply {
  if (!name.startsWith("sha256:")) {
    if (!world.traits.deletesTags) return { status: 405, body: '{"errors":[{"code":"UNSUPPORTED"}]}' };
    return { status: repository.tags.delete(name) ? 202 : 404 };
  }
  repository.manifests.delete(name);
  for (const [tag, digest] of repository.tags) if (digest === name) repository.tags.delete(tag);
  return { status: 202 };
}

const digestHeader = ({ traits }: World, digest: string): Record<string, string> =>
  traits.silent ? {} : { "docker-content-digest": digest };

function blob({ world, method, repository, rest }: Call): Reply {
  const digest = rest.slice("blobs/".length);
  const bytes = repository.blobs.get(digest);
  if (bytes === undefined) return { status: world.traits.hidesBlobs ? 401 : 404 };
  if (method === "DELETE") return { status: repository.blobs.delete(digest) ? 202 : 404 };
  return { status: 200, headers: digestHeader(world, digest), body: bytes };
}

/** A part of a list, with a link to the next. */
function page({ world, url }: Call, all: readonly unknown[], render: (part: readonly unknown[]) => string): Reply {
  const { pageSize = all.length } = world.traits;
  const from = Number(url.searchParams.get("from") ?? "0");
  const next = new URL(url);
  next.searchParams.set("from", String(from + pageSize));
  const more = from + pageSize < all.length;
  const headers: Record<string, string> = more ? { link: `<${next.pathname}${next.search}>; rel="next"` } : {};
  return { status: 200, headers, body: render(all.slice(from, from + pageSize)) };
}

function referrers(call: Call): Reply {
  const { traits } = call.world;
  if (!traits.referrers) return { status: 404, body: "404 page not found\n" };
  const subject = call.rest.slice("referrers/".length);
  const wanted = traits.filtersReferrers ? call.url.searchParams.get("artifactType") : null;
  const all = [...call.repository.manifests].flatMap(([digest, { bytes, type }]) => {
    const { subject: own, artifactType, annotations } = JSON.parse(bytes.toString());
    if (own?.digest !== subject || (wanted && wanted !== artifactType)) return [];
    return [{ mediaType: type, digest, size: bytes.length, artifactType, ...(annotations && { annotations }) }];
  });
  const reply = page(call, all, (manifests) => JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
  return { ...reply, headers: { ...reply.headers, "content-type": indexType } };
}

const newRepository = (): Repository => ({
  blobs: new Map(),
  manifests: new Map(),
  tags: new Map(),
  uploads: new Map(),
});

/** The body, or the first half of it when the connection is to break in its middle. */
async function bodyOf(request: http.IncomingMessage, cut = false): Promise<Buffer> {
  const body = await buffer(request);
  return cut ? body.subarray(0, body.length / 2) : body;
}
