import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { execute, root } from "../../support/cnb.ts";
import { go, goBuild } from "../../support/lifecycle/go-module.ts";
import { against, type Figure, plain } from "../figure.ts";
import { type DetectInput, detectIn, makeDetectInput, packaged, type Unpacked } from "./packages.ts";
import { type Cost, costsOf, type Program } from "./turns.ts";

const runs = 60;
const sources = join(root, "test/bench/small/peers");
const id = "bench/peer";
const descriptor = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "0.1.0"\n[[targets]]\nos = "linux"\n`;

/**
 * One buildpack four times: in TypeScript on the small engine and on Node.js, with libcnb.rs and with packit. Detect asks for a
 * file and writes a plan; build writes one layer with a variable. They are packaged by the same command and run in turns.
 */
export async function* smallPeers(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-peers-"));
  try {
    const input = await makeDetectInput(dir);
    await writeFile(join(input.app, "greeting.txt"), "hello");
    await writeFile(join(dir, "buildpack-plan.toml"), "");
    const twin = await typeScript(join(dir, "typescript"));
    const packages = {
      small: await packaged(dir, "small", twin),
      node: await packaged(dir, "node", twin),
      rust: await packaged(dir, "node", await withProgram(join(dir, "libcnb-rs"), await rustProgram())),
      go: await packaged(dir, "node", await withProgram(join(dir, "packit"), await goProgram())),
    };
    yield* figures(
      "compressed",
      "MB",
      { small: 2 },
      mapped(packages, ({ size }) => size),
    );
    const detects = costsOf(
      runs,
      mapped(packages, (each) => asSpecified(detectIn(each.directoryOf(id), input))),
    );
    yield* times("detect", detects);
    for (const name of Object.keys(packages)) await mkdir(join(dir, `layers-${name}`));
    const builds = costsOf(
      runs,
      mapped(packages, (each, name) => buildIn(each, join(dir, `layers-${name}`), input)),
    );
    yield* times("build", builds);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

type Four<Value> = Readonly<Record<"small" | "node" | "rust" | "go", Value>>;
const labels: Four<string> = { small: "small engine", node: "Node.js", rust: "libcnb.rs", go: "packit" };

const mapped = <From, To>(four: Four<From>, map: (value: From, name: string) => To): Four<To> => ({
  small: map(four.small, "small"),
  node: map(four.node, "node"),
  rust: map(four.rust, "rust"),
  go: map(four.go, "go"),
});

/** Ours, compared with each of the others. */
function* figures(
  name: string,
  unit: Figure["unit"],
  target: { readonly small?: number },
  four: Four<number>,
): Generator<Figure> {
  if (target.small !== undefined) yield plain(`twin, ${name}`, four.small, unit, target.small);
  for (const peer of ["rust", "go", "node"] as const)
    yield against(`twin, ${name}`, four.small, unit, null, labels[peer], four[peer]);
}

function* times(phase: string, costs: Four<Cost>): Generator<Figure> {
  yield* figures(
    `${phase}, processor`,
    "ms",
    {},
    mapped(costs, ({ processor }) => processor),
  );
  yield* figures(
    `${phase}, wall`,
    "ms",
    {},
    mapped(costs, ({ wall }) => wall),
  );
  yield* figures(
    `${phase}, peak memory`,
    "MB",
    {},
    mapped(costs, ({ peak }) => peak),
  );
}

/** libcnb.rs also wants the directories and the plan as arguments. */
const asSpecified = (program: Program): Program => {
  const { CNB_LAYERS_DIR, CNB_PLATFORM_DIR, CNB_BUILD_PLAN_PATH, CNB_BP_PLAN_PATH } = program.env;
  const args = [CNB_LAYERS_DIR, CNB_PLATFORM_DIR, CNB_BUILD_PLAN_PATH, CNB_BP_PLAN_PATH];
  return { ...program, args: args.filter((each) => each !== undefined) };
};

/** The layers of the last run stay: each of them creates its layer in every build. */
function buildIn({ directoryOf }: Unpacked, layers: string, input: DetectInput): Program {
  const { env, ...detect } = detectIn(directoryOf(id), input);
  const { CNB_BUILD_PLAN_PATH: plan = "", ...others } = env;
  const own = { CNB_LAYERS_DIR: layers, CNB_BP_PLAN_PATH: join(plan, "../buildpack-plan.toml") };
  return asSpecified({ ...detect, file: join(directoryOf(id), "bin/build"), env: { ...others, ...own } });
}

async function typeScript(dir: string): Promise<string> {
  await cp(join(sources, "typescript"), dir, { recursive: true });
  await writeFile(join(dir, "buildpack.toml"), descriptor);
  await mkdir(join(dir, "node_modules"));
  await symlink(join(root, "framework"), join(dir, "node_modules/libcnb"));
  return dir;
}

/** A buildpack whose phases are one program. */
async function withProgram(dir: string, program: string): Promise<string> {
  await mkdir(join(dir, "bin"), { recursive: true });
  await writeFile(join(dir, "buildpack.toml"), descriptor);
  await cp(program, join(dir, "bin/build"));
  await symlink("build", join(dir, "bin/detect"));
  return dir;
}

/** The directory in which a peer is compiled; the compilers reuse what is there. */
async function workOf(name: string): Promise<string> {
  const work = join(cacheDir(process.env, "test-peers"), name);
  await mkdir(work, { recursive: true });
  await cp(join(sources, name), work, { recursive: true });
  return work;
}

/** As libcnb.rs compiles buildpacks: a static program with musl. */
async function rustProgram(): Promise<string> {
  const work = await workOf("libcnb-rs");
  const target = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-unknown-linux-musl`;
  const env = { ...process.env, [`CARGO_TARGET_${target.toUpperCase().replaceAll("-", "_")}_LINKER`]: "rust-lld" };
  const toolchain = join(root, "builder-packager/engine/rust-toolchain.toml");
  await cp(toolchain, join(work, "rust-toolchain.toml"));
  const { exitCode, stderr } = await execute("cargo", ["build", "--release", "--target", target], { cwd: work, env });
  if (exitCode !== 0) throw new Error(stderr);
  return join(work, "target", target, "release/peer");
}

async function goProgram(): Promise<string> {
  const work = await workOf("packit");
  await go(["mod", "tidy"], work);
  await goBuild(work, ".", join(work, "peer"));
  return join(work, "peer");
}
