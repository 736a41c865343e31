import { createHash } from "node:crypto";
import { canonicalPath, directory, type FileTree, fileAt, put, putIfAbsent, textFile } from "../tree/file-tree.ts";
import { pathsIn, type UnpackablePackage } from "./unpack.ts";

const dpkgDir = "var/lib/dpkg";

/**
 * The form of the package records in an image: dpkg's own `database`, or the directory `status.d`,
 * which scanners read in images without dpkg.
 */
export type DpkgRecords = "database" | "status.d";

/** Adds records of installed packages to a tree. Existing records are kept. */
export function addDpkgRecords(tree: FileTree, packages: readonly UnpackablePackage[], kind: DpkgRecords): void {
  if (kind === "database") addDatabase(tree, packages);
  else for (const item of packages) addStatusFile(tree, item);
}

/**
 * Writes one file per package, as in Google's distroless images: scanners search there if there is
 * no `/var/lib/dpkg/status`. The checksums next to it identify the packages' files.
 */
function addStatusFile(tree: FileTree, item: UnpackablePackage): void {
  const path = `${dpkgDir}/status.d/${item.package.name}`;
  put(tree, path, owned(item, `${item.control.trimEnd()}\n`));
  put(tree, `${path}.md5sums`, owned(item, md5sums(tree, item)));
}

/** Writes the database that `dpkg --install` would have left, as if every maintainer script had succeeded. */
function addDatabase(tree: FileTree, packages: readonly UnpackablePackage[]): void {
  for (const name of ["alternatives", "info", "parts", "triggers", "updates"])
    putIfAbsent(tree, `${dpkgDir}/${name}`, directory(0o755));
  putIfAbsent(tree, `${dpkgDir}/info/format`, textFile("1\n"));
  putIfAbsent(tree, `${dpkgDir}/available`, textFile(""));
  const stanzas = packages.map((item) => installedStanza(tree, item));
  put(
    tree,
    `${dpkgDir}/status`,
    textFile([...installedBefore(tree), ...stanzas, ""].join("\n\n").replace(/\n\n$/, "\n")),
  );
  for (const item of packages) addInfo(tree, item);
}

const installedBefore = (tree: FileTree): string[] => {
  const text = Buffer.from(fileAt(tree, `${dpkgDir}/status`) ?? "")
    .toString("utf8")
    .trim();
  return text === "" ? [] : [text];
};

function installedStanza(tree: FileTree, item: UnpackablePackage): string {
  const [first = "", ...others] = item.control.trim().split("\n");
  const conffiles = conffileLines(tree, item);
  return [first, "Status: install ok installed", ...others, ...conffiles].join("\n");
}

/** The lines about configuration files, which dpkg compares with existing files before it replaces them. */
function conffileLines(tree: FileTree, { controlFiles }: UnpackablePackage): string[] {
  const paths = textOf(controlFiles.get("conffiles"))
    .split("\n")
    .filter((line) => line.startsWith("/"));
  const lines = paths.flatMap((path) => {
    const content = fileAt(tree, path);
    return content ? [` ${path} ${md5(content)}`] : [];
  });
  return lines.length > 0 ? ["Conffiles:", ...lines] : [];
}

function addInfo(tree: FileTree, item: UnpackablePackage): void {
  const { name, architecture } = item.package;
  const base = `${dpkgDir}/info/${name}${/^Multi-Arch:\s*same\s*$/im.test(item.control) ? `:${architecture}` : ""}`;
  put(tree, `${base}.list`, owned(item, ["/.", ...pathsIn(tree, item), ""].join("\n")));
  put(tree, `${base}.md5sums`, owned(item, md5sums(tree, item)));
  for (const [file, content] of item.controlFiles) {
    if (file === "md5sums") continue;
    const mode = scripts.has(file) ? 0o755 : 0o644;
    put(tree, `${base}.${file}`, { type: "file", mode, uid: 0, gid: 0, owner: name, content });
  }
}

/** Maintainer scripts, which dpkg runs when the package is removed or upgraded in a container. */
const scripts: ReadonlySet<string> = new Set(["preinst", "postinst", "prerm", "postrm", "config"]);

/** The package's own checksums of the files in the image; computed for packages without any. */
function md5sums(tree: FileTree, item: UnpackablePackage): string {
  const given = item.controlFiles.get("md5sums");
  const lines = given ? textOf(given).split("\n") : computedSums(tree, item);
  const present = lines.filter((line) => {
    const path = /^[0-9a-f]{32} {2}(.+)$/.exec(line)?.[1];
    return path !== undefined && tree.has(canonicalPath(tree, path, "keep"));
  });
  return present.map((line) => `${line}\n`).join("");
}

const computedSums = (tree: FileTree, item: UnpackablePackage): string[] =>
  pathsIn(tree, item).flatMap((path) => {
    const node = tree.get(canonicalPath(tree, path, "keep"));
    return node?.type === "file" ? [`${md5(node.content)}  ${path.slice(1)}`] : [];
  });

const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? "").toString("utf8");
const owned = (item: UnpackablePackage, text: string) => ({ ...textFile(text), owner: item.package.name });
