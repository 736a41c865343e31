import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { styleText } from "node:util";
import { pinnedNode, root } from "../support/cnb.ts";

const started = performance.now();
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
let number = 0;

export const bold = (text: string): string => styleText("bold", text);

/** The time since the demo began. */
export const total = (): string => seconds(started);

/** Runs one step, given as `cnb` commands or as a function, and prints how long it took. */
export async function step(title: string, work: readonly (readonly string[])[] | (() => Promise<void>)): Promise<void> {
  const begun = performance.now();
  console.log(`\n${bold(`${++number}. ${title}`)}`);
  if (typeof work === "function") await work();
  else for (const args of work) await runCnb(args);
  console.log(styleText("dim", `   ${seconds(begun)}`));
}

/** Quotes arguments for a shell. */
export const commandLine = (args: readonly string[]): string =>
  args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(" ");

async function runCnb(args: readonly string[]): Promise<void> {
  console.log(styleText("dim", `   $ npx cnb ${commandLine(args)}`));
  const exitCode = await startCnb(args).exited;
  if (exitCode !== 0) process.exit(exitCode);
}

/** Starts a `cnb` command in the repository's root. It writes to the output of this process. */
export function startCnb(args: readonly string[]) {
  const child = spawn(pinnedNode, [join(root, "builder-packager/bin/cnb.js"), ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exited = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
  const stop = () => {
    child.kill("SIGTERM");
    return exited;
  };
  process.once("exit", () => void child.kill("SIGKILL"));
  return { exited, stop };
}

/** The value of a setting of npm on this machine. */
export function npmSetting(name: string): string {
  const { stdout, status } = spawnSync("npm", ["config", "get", name], { cwd: root, encoding: "utf8" });
  if (status !== 0) fail(`npm config get ${name} failed`, "Check that npm works on this machine.");
  return stdout.trim();
}

export function fail(message: string, hint: string): never {
  console.error(`ERROR: ${message}\nHINT: ${hint}`);
  process.exit(1);
}
