/**
 * `npm run docs:recording`: records `cnb build` of an app, first and again unchanged, with what `npm run demo` has made, and writes the
 * pictures that the README shows. Pauses of more than 1.5 s are shortened.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { stringify } from "@iarna/toml";
import { npmSetting, root } from "../../support/cnb.ts";
import { pictures, recordedApp, recordedCommands } from "./recording.ts";
import { renderSvg, themes } from "./svg.ts";
import { linesOf, type Output } from "./terminal.ts";

const size = { columns: 100, rows: 30 };
const title = "cnb build: an app is built, and built again unchanged";
/** A short path that says nothing of this machine. */
const dir = "/tmp/demo";
const longestPause = 1.5;

await prepare();
const outputs: Output[] = [];
for (const command of recordedCommands) await record(command);
const lines = linesOf(outputs).map(({ at, spans }) => ({
  at,
  spans: spans.map((span) => ({ ...span, text: asOnAnyMachine(span.text) })),
}));
for (const [name, theme] of Object.entries(themes))
  await writeFile(join(root, pictures[name as keyof typeof themes]), renderSvg(lines, size, theme, title));
await rm(dir, { recursive: true });

/** The text without what this machine's settings and directories have in it. */
function asOnAnyMachine(text: string): string {
  return text.replace(/https:\/\/[^/ ]+/, "https://registry.example.com").replace(`oci:${dir}/`, "oci:");
}

/** The settings of this machine are in files, so that the command on the screen is the one that runs. */
async function prepare(): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await cp(join(root, recordedApp), join(dir, "my-app"), { recursive: true });
  for (const name of ["builder", "base-run"])
    await cp(join(root, "dist/demo", name), join(dir, name), { recursive: true });
  const settings = { BP_NODE_DISTRIBUTION: "npm", NPM_CONFIG_REGISTRY: await npmSetting("registry") };
  const env = Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }));
  const project = { _: { "schema-version": "0.2" }, io: { buildpacks: { build: { env } } } };
  await writeFile(join(dir, "my-app/project.toml"), stringify(project));
  await mkdir(join(dir, "bin"));
  const program = `#!/bin/sh\nexec ${join(root, "node_modules/.bin/cnb")} "$@" ${await authority()}\n`;
  await writeFile(join(dir, "bin/cnb"), program, { mode: 0o755 });
  await mkdir(join(root, "docs/images"), { recursive: true });
}

/** A proxy may sign for others: npm's settings name the authority. */
async function authority(): Promise<string> {
  const file = await npmSetting("cafile");
  return file ? `--ca-cert ${file}` : "";
}

/** Runs a command in a terminal and keeps what it prints, after a prompt. */
async function record(command: string): Promise<void> {
  const begun = (outputs.at(-1)?.at ?? 0) + (outputs.length === 0 ? 0.5 : 3);
  outputs.push({ at: begun, data: `\u001b[32m$\u001b[39m \u001b[1m${command}\u001b[22m\r\n` });
  const { columns, rows } = size;
  const script = `stty cols ${columns} rows ${rows}; exec ${command}`;
  const child = spawn("script", ["--quiet", "--return", "--command", script, "/dev/null"], {
    cwd: dir,
    env: {
      ...process.env,
      PATH: `${join(dir, "bin")}:${process.env.PATH}`,
      LIBCNB_CACHE_DIR: join(dir, "cache"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [at, last] = [begun + 0.5, performance.now()];
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    const now = performance.now();
    at += Math.min((now - last) / 1000, longestPause);
    last = now;
    outputs.push({ at, data });
  });
  const exitCode = await new Promise((resolve) => void child.once("close", resolve));
  if (exitCode !== 0) throw new Error(`${command} exits with ${exitCode}: ${outputs.map(({ data }) => data).join("")}`);
}
