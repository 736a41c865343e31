import { firstProblems } from "../../config/problems.ts";
import { CnbError } from "../../errors.ts";
import { canonicalPath, type FileTree, fileAt, type TreeNode } from "./file-tree.ts";

/**
 * Packages that only maintainer scripts and package managers use. In a distroless image, they are
 * not installed as dependencies of other packages.
 */
export const scriptPackages = [
  "adduser",
  "apt",
  "base-passwd",
  "bash",
  "dash",
  "debconf",
  "debianutils",
  "dpkg",
  "init-system-helpers",
  "mawk", // base-files and others in their scripts
  "openssl", // ca-certificates rebuilds its bundle by it
  "perl-base",
  "ucf",
];

/** Forbidden program names, because they would help an attacker in the container. */
const forbidden: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^(sh|bash|dash|ash|rbash|ksh(93)?|mksh|lksh|zsh\d*|fish|t?csh|busybox|toybox)$/, "a shell"],
  [/^(apt(-get|-cache)?|aptitude|dpkg|dselect)$/, "a package manager"],
  [/^perl(5[\d.]*)?$/, "Perl"],
];

/**
 * Ensures that a tree neither contains nor needs a shell, a package manager or Perl. Scripts whose
 * interpreter is missing are removed, because they could never run.
 *
 * @returns the paths of the removed scripts, sorted
 * @throws CnbError BASE_DISTROLESS_IMPOSSIBLE
 */
export function makeDistroless(tree: FileTree, image: string): string[] {
  const problems = [...tree].flatMap(([path, node]) => forbiddenBy(tree, path, node));
  const stranded = [...tree].filter(([, node]) => isStranded(tree, node));
  for (const [path, node] of stranded) {
    if (node.owner === undefined) problems.push(`/${path} needs ${interpreterOf(node)}, which is not in the image`);
  }
  if (problems.length > 0) throw impossible(image, problems.sort());
  const paths = stranded.map(([path]) => path);
  for (const path of paths) tree.delete(path);
  return [...paths, ...removeLinksTo(tree, new Set(paths))].sort();
}

function forbiddenBy(tree: FileTree, path: string, node: TreeNode): string[] {
  const name = /^(?:usr\/(?:local\/)?)?s?bin\/([^/]+)$/.exec(path)?.[1];
  const what = forbidden.find(([pattern]) => name !== undefined && pattern.test(name))?.[1];
  if (what === undefined || node.type === "directory" || !fileAt(tree, path)) return [];
  return [`/${path} is ${what}${node.owner ? `, of the package ${node.owner}` : ""}`];
}

function isStranded(tree: FileTree, node: TreeNode): boolean {
  const interpreter = interpreterOf(node);
  if (interpreter === undefined) return false;
  const paths = interpreter.startsWith("/")
    ? [interpreter]
    : ["usr/bin", "usr/sbin", "usr/local/bin"].map((dir) => `${dir}/${interpreter}`);
  return !paths.some((path) => fileAt(tree, path) !== undefined);
}

/** The interpreter in a script's first line; for `env`, the program that it searches for. */
function interpreterOf(node: TreeNode): string | undefined {
  if (node.type !== "file" || (node.mode & 0o111) === 0) return undefined;
  const start = Buffer.from(node.content.subarray(0, 256)).toString("latin1");
  const [, program, argument] = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?/.exec(start) ?? [];
  return program?.endsWith("/env") && argument ? argument : program;
}

function removeLinksTo(tree: FileTree, removed: ReadonlySet<string>): string[] {
  const links = [...tree].filter(([path, node]) => {
    return node.type === "symlink" && removed.has(canonicalPath(tree, path, "follow"));
  });
  for (const [path] of links) tree.delete(path);
  return links.map(([path]) => path);
}

const impossible = (image: string, problems: readonly string[]): CnbError =>
  new CnbError(
    "BASE_DISTROLESS_IMPOSSIBLE",
    [`the ${image} image cannot be distroless:`, ...firstProblems(problems.map((line) => `  ${line}`))].join("\n"),
    { hint: 'Exclude these packages with without = ["NAME"] in base.toml, or set variant = "minimal" for this image.' },
  );
