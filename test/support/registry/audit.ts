import { createHash } from "node:crypto";

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/**
 * Says of a registry, tag by tag, what is missing or wrong of what its tags name, without any code of ours: every manifest,
 * configuration and layer is fetched and hashed. Empty when all tags are complete.
 */
export async function incompleteTags(host: string, only?: string): Promise<string[]> {
  const problems: string[] = [];
  const { repositories = [] } = await json<{ repositories?: string[] }>(`http://${host}/v2/_catalog?n=1000`);
  for (const repository of only === undefined ? repositories : [only]) {
    const { tags } = await json<{ tags?: string[] | null }>(`http://${host}/v2/${repository}/tags/list`);
    for (const tag of tags ?? []) problems.push(...(await problemsOf(`http://${host}/v2/${repository}`, tag)));
  }
  return problems;
}

const accept = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

async function problemsOf(repository: string, name: string): Promise<string[]> {
  const response = await fetch(`${repository}/manifests/${name}`, { headers: { accept } });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) return [`${repository} ${name}: HTTP ${response.status}`];
  if (name.startsWith("sha256:") && digest(bytes) !== name) return [`${repository} ${name}: wrong digest`];
  const { manifests, config, layers } = JSON.parse(bytes.toString()) as {
    manifests?: Descriptor[];
    config?: Descriptor;
    layers?: Descriptor[];
  };
  const problems = [];
  for (const each of manifests ?? []) problems.push(...(await problemsOf(repository, each.digest)));
  for (const each of [...(config ? [config] : []), ...(layers ?? [])]) problems.push(...(await blob(repository, each)));
  return problems;
}

async function blob(repository: string, wanted: Descriptor): Promise<string[]> {
  const response = await fetch(`${repository}/blobs/${wanted.digest}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) return [`${repository} ${wanted.digest}: HTTP ${response.status}`];
  if (bytes.length === wanted.size && digest(bytes) === wanted.digest) return [];
  return [`${repository} ${wanted.digest}: wrong content`];
}

const digest = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function json<Value>(url: string): Promise<Value> {
  const response = await fetch(url);
  return response.status === 200 ? ((await response.json()) as Value) : ({} as Value);
}
