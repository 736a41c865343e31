import { shownName } from "../../files/file-name.ts";
import { memberNames } from "../../inspect/tree/member-names.ts";
import { forEachMember } from "../../oci/layers/layer-content.ts";
import type { Layer } from "../../oci/model/image.ts";
import type { StreamedMember } from "../../tar/read.ts";
import { secretsInFile } from "./patterns.ts";
import type { ScanBudget } from "./scan-budget.ts";

/** A secret in a file of a layer. */
export interface FileSecret {
  readonly kind: string;
  readonly path: string;
}

/** The result of scanning a layer. */
export interface ScannedLayer {
  readonly secrets: readonly FileSecret[];
  /** The text of `/etc/passwd`, if the layer contains it. */
  readonly passwd: string | undefined;
}

/** The beginning of a file that is scanned. Keys and configuration files are smaller. */
const scannedBytes = 1024 * 1024;
/** Files with secrets that are reported for a layer. */
const mostSecrets = 100;

/**
 * Scans the files of a layer for secrets. Files that later layers remove are scanned as well,
 * because they remain readable in this layer. Contents are streamed: nothing is unpacked, and links
 * are not followed.
 *
 * @throws CnbError TAR_TOO_LARGE, TAR_UNSUPPORTED, TAR_INVALID, BLOB_CORRUPT, REGISTRY_….
 */
export async function scanLayer(layer: Layer, budget: ScanBudget, signal?: AbortSignal): Promise<ScannedLayer> {
  const secrets: FileSecret[] = [];
  let passwd: string | undefined;
  const visit = async (member: StreamedMember) => {
    budget.take(member.size);
    if (member.type !== "file" || member.size === 0) return;
    const path = `/${memberNames(shownName(member.path)).join("/")}`;
    const isPasswd = path === "/etc/passwd";
    if (!isPasswd && (isOfDependency(path) || secrets.length >= mostSecrets)) return;
    const content = await beginningOf(member);
    if (isPasswd) passwd = content.toString();
    if (isPasswd || isBinary(content)) return;
    for (const kind of secretsInFile(path, content.toString("latin1"))) secrets.push({ kind, path });
  };
  await forEachMember(layer, visit, signal);
  return { secrets, passwd };
}

/**
 * Tests, examples and documentation of dependencies contain keys that are public, such as those of
 * TLS libraries.
 */
const isOfDependency = (path: string): boolean =>
  /\/(?:node_modules|site-packages|dist-packages|gems|vendor)\/(?:.*\/)?(?:tests?|__tests__|testdata|fixtures?|examples?|docs?)\//.test(
    path,
  ) || path.startsWith("/usr/share/doc/");

async function beginningOf(member: StreamedMember): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let read = 0;
  for await (const part of member.content()) {
    if (read < scannedBytes) parts.push(part.subarray(0, scannedBytes - read));
    read += part.length;
  }
  return Buffer.concat(parts);
}

/** Programs, archives and pictures. A text has no NUL byte. */
const isBinary = (content: Buffer): boolean => content.subarray(0, 8000).includes(0);

/** Returns the ID of a user in the text of `/etc/passwd`. */
export const userIdIn = (passwd: string, name: string): string | undefined =>
  passwd
    .split("\n", 100_000)
    .map((line) => line.split(":", 4))
    .find(([user]) => user === name)?.[2];
