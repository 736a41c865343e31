import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeWorld, nodeFromNpm, sampleApp } from "../../e2e/reference/reference-world.ts";
import { dockerfileApp } from "../../support/apps/dockerfile-app.ts";
import { execute, pinnedNode } from "../../support/cnb.ts";
import { nodeRecipe } from "../../support/node/dockerfile.ts";
import { type Figure, secondsOf } from "../figure.ts";
import { appTimes } from "./app-times.ts";

/** The sample app in TypeScript. */
export async function* nodeTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-node-"));
  try {
    await makeWorld(dir);
    const app = join(dir, "source");
    await cp(sampleApp, app, { recursive: true });
    const own = await scriptSeconds(dir, app);
    const code = "\nexport const added = 1;\n";
    yield* appTimes({
      name: "node app",
      dir,
      app,
      builder: "builder",
      flags: await nodeFromNpm(),
      peer: await dockerfileApp(join(dir, "buildah"), app, `oci:${dir}/base-run`, nodeRecipe),
      changes: [
        { name: "unchanged", make: async () => {} },
        { name: "code changed", make: (folder) => appendFile(join(folder, "src/app.ts"), code), own },
        { name: "dependency added", make: addPackage },
      ],
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export const addPackage = (app: string): Promise<void> =>
  npm(app, "install", "--package-lock-only", "is-number@7.0.0", "--save-exact");

/** The time of the app's build script with installed dependencies, on the same Node.js. */
async function scriptSeconds(dir: string, app: string): Promise<number> {
  const copy = join(dir, "script");
  await cp(app, copy, { recursive: true });
  await npm(copy, "ci");
  return Math.min(await secondsOf(() => npm(copy, "run", "build")), await secondsOf(() => npm(copy, "run", "build")));
}

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: `${dirname(pinnedNode)}:${process.env.PATH}`, NODE_ENV: "development" };
  const { exitCode, stderr } = await execute("npm", [...args, "--no-audit", "--no-fund"], { cwd, env });
  if (exitCode !== 0) throw new Error(`npm ${args.join(" ")}: ${stderr}`);
}
