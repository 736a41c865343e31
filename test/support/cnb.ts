import { type SpawnOptions, spawn } from "node:child_process";
import { join } from "node:path";
import { hostArchitecture } from "../../builder-packager/src/compile/executable/node-release.ts";
import { ownCommands } from "../../builder-packager/static/table.ts";

/** The root of the repository. */
export const root = join(import.meta.dirname, "..", "..");

/** The Node.js that package.json pins. */
export const pinnedNode = process.execPath;

/** The static program for this machine, which `npm run build:static` writes. */
export const staticCnb = join(root, "dist/static", `cnb-linux-${hostArchitecture()}`);

export interface Outcome {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and captures what it prints. Never throws for an exit code. */
export function execute(
  command: string,
  args: readonly string[],
  { input, ...options }: SpawnOptions & { readonly input?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ["pipe", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({
        exitCode: code ?? -1,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
    child.stdin.on("error", () => {}); // a program may end without reading its input
    child.stdin.end(input ?? "");
  });
}

/** The compiled command, which runs on Node.js. */
const compiled = [pinnedNode, join(root, "builder-packager/bin/cnb.js")] as const;

/**
 * The command `cnb` as users get it: the compiled one, or the static program if `LIBCNB_TEST_FORM` is `static` and the program
 * has the command. Tests prepare images with commands that it does not have, and builders from sources, which it does not compile.
 */
export function cnbCommand(args: readonly string[]): readonly [program: string, ...args: string[]] {
  const [first = "", second = ""] = args.filter((each) => !each.startsWith("-"));
  const isStatic = process.env["LIBCNB_TEST_FORM"] === "static" && [first, `${first} ${second}`].some(isOwn);
  return isStatic ? [staticCnb, ...args] : [...compiled, ...args];
}

const isOwn = (words: string): boolean => Object.hasOwn(ownCommands, words) && words !== "builder create";

/** Runs the `cnb` command to its end. */
export function cnb(args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  const [program, ...all] = cnbCommand(args);
  return execute(program, all, options);
}

/** Like `cnb`, and fails with all that was printed when the command fails. */
export const cnbSucceeds = (args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> =>
  succeeds(cnb(args, options), args);

/** Runs the static program, and fails with all that was printed when it fails. */
export const staticSucceeds = (args: readonly string[]): Promise<Outcome> => succeeds(execute(staticCnb, args), args);

async function succeeds(run: Promise<Outcome>, args: readonly string[]): Promise<Outcome> {
  const outcome = await run;
  if (outcome.exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${outcome.exitCode}\n${outcome.stderr}`);
  return outcome;
}

/** A setting of this machine's npm, for example its registry; the product never names one. */
export async function npmSetting(name: string): Promise<string | undefined> {
  const { stdout } = await execute("npm", ["config", "get", name]);
  const value = stdout.trim();
  return value && value !== "null" && value !== "undefined" ? value : undefined;
}
