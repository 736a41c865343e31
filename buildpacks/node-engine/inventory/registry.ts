import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { s } from "libcnb";
import { architectures, type Entry } from "../src/release-entry.ts";
import type { Policy } from "./merge.ts";

const exec = promisify(execFile);

/** npm's lines that the Node.js project bundles with its own. */
const npmLines = [10, 11];

const schema = s.list(
  s.table({
    version: s.matching(/^\d+\.\d+\.\d+$/, "a version"),
    "dist.integrity": s.matching(/^sha512-[A-Za-z0-9+/]+=*$/, "a SHA-512 as in lockfiles"),
  }),
);

/**
 * The releases in the user's npm registry, read by the user's npm with its registry, credentials
 * and certificates.
 *
 * @param flags further arguments of npm, such as `--registry=…`
 * @throws Error if npm fails to list them
 */
export async function registry({ lines }: Policy, flags: readonly string[] = []): Promise<readonly Entry[]> {
  const packages = Object.entries(architectures).map(([arch, name]) => ({ arch, name: `node-linux-${name}` }));
  const node = await Promise.all(
    packages.map(async ({ arch, name }) => entriesOf("node-npm", arch, name, await view(name, lines, flags))),
  );
  return [...node.flat(), ...entriesOf("npm", undefined, "npm", await view("npm", npmLines, flags))];
}

/** The output of `npm view` for all versions of some release lines. */
async function view(name: string, lines: readonly number[], flags: readonly string[]): Promise<unknown> {
  const wanted = `${name}@${lines.join(" || ")}`;
  const { stdout } = await exec("npm", ["view", wanted, "version", "dist.integrity", "--json", ...flags], {
    maxBuffer: 64 * 1024 ** 2,
  });
  const content: unknown = JSON.parse(stdout);
  return Array.isArray(content) ? content : [content]; // npm writes no list around a single version
}

/** The releases in the output of `npm view`. */
export function entriesOf(id: string, arch: string | undefined, name: string, content: unknown): readonly Entry[] {
  const decoding = s.decode(schema, content);
  if (decoding.issues !== undefined) {
    const [{ path, message } = { path: "", message: "" }] = decoding.issues;
    throw new Error(`unexpected form of the registry's metadata of ${name}: ${path}: ${message}`);
  }
  return decoding.value.map(({ version, "dist.integrity": checksum }) => ({
    id,
    version,
    arch,
    uri: `npm:${name}@${version}`,
    checksum,
  }));
}
