/**
 * What registries make cnb connect to, in a network namespace that has addresses of all kinds and an `/etc/hosts` of its own:
 * `registry-reach.ts`. Prints, by case, the error and what hosts inside of the network were asked.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference, type RegistryOptions } from "@libcnb/packager/oci";

const outside = "203.0.113.5";
const inside = "10.0.0.7";
const neighbour = "10.0.0.9";
const metadata = "169.254.169.254";
const names = { "inside.test": inside, "meta.test": metadata, "loop.test": "127.0.0.1" };

const run = (...args: string[]) => execFileSync("ip", args);
run("link", "set", "lo", "up");
for (const address of [outside, inside, neighbour, metadata]) run("address", "add", `${address}/32`, "dev", "lo");
const hosts = join(mkdtempSync(join(tmpdir(), "registry-reach-")), "hosts");
writeFileSync(
  hosts,
  Object.entries(names)
    .map(([name, address]) => `${address} ${name}\n`)
    .join(""),
);
execFileSync("mount", ["--bind", hosts, "/etc/hosts"]);

async function listen(address: string, answer: http.RequestListener): Promise<http.Server> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(80, address, resolve));
  return server;
}

/** Hosts that no registry of the internet should make anybody ask. Connections count, even without a request. */
const asked: string[] = [];
for (const address of [inside, metadata, "127.0.0.1"]) {
  const server = await listen(address, (_request, response) => void response.end("{}"));
  server.on("connection", () => asked.push(address));
}

/** Answers every request by leading to `to`, in the way that the repository names. */
const leading: http.RequestListener = (request, response) => {
  const [, , way = "", to = ""] = (request.url ?? "").split("/");
  const target = `http://${to}`;
  if (request.url === "/v2/") return void response.end();
  if (request.url?.startsWith("/token")) return void response.writeHead(302, { location: "http://10.0.0.7/" }).end();
  if (way === "realm") return void response.writeHead(401, { "www-authenticate": `Bearer realm="${target}/"` }).end();
  if (way === "tokens")
    return void response.writeHead(401, { "www-authenticate": `Bearer realm="http://${outside}/token"` }).end();
  if (way === "redirect") return void response.writeHead(307, { location: `${target}/` }).end();
  if (way === "pages") return void response.writeHead(200, { link: `<${target}/>; rel="next"` }).end('{"tags":[]}');
  if (request.method === "POST") return void response.writeHead(202, { location: `${target}/` }).end();
  if (request.method === "GET" && way === "upload") {
    const config = { mediaType: "application/vnd.oci.empty.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 2 };
    const manifest = { schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config, layers: [] };
    return void response.writeHead(200, { "content-type": manifest.mediaType }).end(JSON.stringify(manifest));
  }
  response.writeHead(404).end();
};
for (const address of [outside, neighbour]) await listen(address, leading);

async function lead(from: string, way: string, to: string): Promise<readonly [string, string, readonly string[]]> {
  asked.splice(0);
  const options: RegistryOptions = { insecure: [from] };
  const name = parseImageReference(`${from}:80/${way}/${to}/app:1`);
  const files = [{ mediaType: "text/plain", content: Buffer.from("x") }];
  const works: Readonly<Record<string, () => Promise<unknown>>> = {
    upload: () => oci.attach(name, { artifactType: "text/plain", files }, options),
    pages: () => oci.tags(name, options),
  };
  const error = await (
    works[way] ?? (() => oci.read(name, { registry: options }).then((index) => oci.imageFor(index)))
  )().then(
    () => "done",
    (caught: Error) => caught.message,
  );
  return [`${from} ${way} ${to}`, error, [...new Set(asked)]];
}

const results: (readonly [string, string, readonly string[]])[] = [];
const ways = ["upload", "realm", "redirect", "pages"];
for (const way of ways)
  for (const to of [inside, metadata, "inside.test", "meta.test", "loop.test"])
    results.push(await lead(outside, way, to));
results.push(await lead(outside, "tokens", inside));
for (const way of ways)
  for (const to of [inside, "inside.test", "meta.test", "loop.test"]) results.push(await lead(neighbour, way, to));
rmSync(dirname(hosts), { recursive: true });
console.log(JSON.stringify(results));
process.exit(0);
