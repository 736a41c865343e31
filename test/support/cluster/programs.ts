// @needs go
import { mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { withFileLock } from "../../../builder-packager/src/lock/file-lock.ts";
import { go, goBuild } from "../lifecycle/go-module.ts";
import { refusalIn } from "./refused-modules.ts";

/** The module of a program, and the directory of the program in it. */
interface ProgramSource {
  readonly module: string;
  readonly command: string;
}

const kubernetes = (name: string): ProgramSource => ({ module: "k8s.io/kubernetes", command: `cmd/${name}` });
const tekton = (name: string): ProgramSource => ({ module: "github.com/tektoncd/pipeline", command: `cmd/${name}` });
const kpack = (name: string): ProgramSource => ({ module: "github.com/pivotal/kpack", command: `cmd/${name}` });

const sources = {
  "kube-apiserver": kubernetes("kube-apiserver"),
  "kube-controller-manager": kubernetes("kube-controller-manager"),
  "kube-scheduler": kubernetes("kube-scheduler"),
  kubectl: kubernetes("kubectl"),
  kubelet: kubernetes("kubelet"),
  "kpack-build-init": kpack("build-init"),
  "kpack-completion": kpack("completion"),
  "kpack-controller": kpack("controller"),
  "kpack-rebase": kpack("rebase"),
  "tekton-controller": tekton("controller"),
  "tekton-entrypoint": tekton("entrypoint"),
  "tekton-nop": tekton("nop"),
  "tekton-webhook": tekton("webhook"),
  "tekton-workingdirinit": tekton("workingdirinit"),
} as const satisfies Record<string, ProgramSource>;

/** A program of Kubernetes, Tekton or kpack. */
export type ClusterProgram = keyof typeof sources;

/**
 * One Go module that requires Kubernetes, Tekton and kpack, so that their common dependencies are
 * compiled once. Its go.sum contains the checksums of all modules that the programs need. After a
 * change of go.mod, `go list -mod=mod -deps` with the packages of all programs adds the missing lines.
 */
const module = join(import.meta.dirname, "programs");

/**
 * Compiles programs once per version, one after the other, and returns the path of each. The first
 * compilation takes about 20 minutes of a processor. Other processes wait for it.
 */
export async function clusterPrograms<Name extends ClusterProgram>(
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>>> {
  const dir = cacheDir(process.env, "test-cluster");
  await mkdir(dir, { recursive: true });
  const paths: [Name, string][] = [];
  for (const name of names) paths.push([name, await programIn(dir, name)]);
  return Object.fromEntries(paths) as Record<Name, string>;
}

async function programIn(dir: string, name: ClusterProgram): Promise<string> {
  const program = join(dir, `${name}-${await versionOf(sources[name].module)}`);
  if (await exists(program)) return program;
  await withFileLock(join(dir, "compile.lock"), undefined, async () => {
    if (!(await exists(program))) await compile(name, program, dir);
  });
  return program;
}

async function compile(name: ClusterProgram, program: string, dir: string): Promise<void> {
  const { module: path, command } = sources[name];
  const work = await mkdtemp(join(dir, "work-"));
  try {
    const main = `${path}/${command}`;
    await fetchModules(main);
    const flags = linkerFlags(await versionOf("k8s.io/kubernetes"));
    await goBuild(module, main, join(work, name), flags);
    await rename(join(work, name), program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A program that is not built, because the network or the proxy refuses its modules. */
export class NotBuiltError extends Error {
  override readonly name = "NotBuiltError";
}

/** Fetches all modules of a program, so that a failure of the compilation afterwards is no refusal of the network. */
async function fetchModules(main: string): Promise<void> {
  await go(["list", "-mod=readonly", "-deps", main], module).catch((cause: Error) => {
    const refusal = refusalIn(cause.message);
    if (refusal === undefined) throw cause;
    throw new NotBuiltError(`Go cannot fetch the modules of ${main}: ${refusal}`, { cause });
  });
}

/** The read-only directory of a module that go.mod requires. */
export async function requiredModule(path: string): Promise<string> {
  const { stdout } = await go(["mod", "download", "-json", path], module);
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}

/** The version that the programs of Kubernetes report, as in its Makefile. */
function linkerFlags(version: string): string {
  const [major, minor] = version.split(".");
  const variables = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  return Object.entries(variables)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(" ");
}

/** The version of a module in go.mod, without "v". */
async function versionOf(path: string): Promise<string> {
  const text = await readFile(join(module, "go.mod"), "utf8");
  const version = new RegExp(`^\\s*(?:require )?${path} v(\\S+)`, "m").exec(text)?.[1];
  if (version === undefined) throw new Error(`${module}/go.mod does not require ${path}`);
  return version;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
