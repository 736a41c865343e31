import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { generatedOutputs, outputsScript } from "../../support/generated/outputs.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Does what the app's files say, in its detect and its build. */
const script = shellScript("test/generated", ". /workspace/build.sh");
const generated = { ...script, files: { ...script.files, "bin/detect": "#!/bin/sh\n. ./detect.sh\n" } };

let world: TinyWorld;
beforeAll(async () => {
  world = await tinyWorld([generated, shellScript("test/next", "true")]);
}, 60_000);
afterAll(() => world?.remove());

/** `LIBCNB_GENERATED_OUTPUTS=500 LIBCNB_GENERATED_SEED=1000 npx vitest run test/e2e/builds/generated-outputs.test.ts` runs others. */
const first = Number(process.env["LIBCNB_GENERATED_SEED"] ?? 1);
const seeds = Array.from({ length: Number(process.env["LIBCNB_GENERATED_OUTPUTS"] ?? 8) }, (_, index) => first + index);

/** cnb's own words when something failed that it did not foresee. */
const unforeseen = /CODE: (INTERNAL|SYSTEM_ERROR)|\b(TypeError|RangeError|ReferenceError|SyntaxError)\b/;

test.for(seeds)(
  "cnb build with randomly generated buildpack outputs (seed %i) fails only with an error that names the buildpack",
  async (seed) => {
    const outputs = generatedOutputs(seed);
    const app = await world.write(`app-${seed}`, {
      "detect.sh": outputsScript(outputs, "detect"),
      "build.sh": outputsScript(outputs, "build"),
    });
    for (const [index, { content }] of outputs.entries()) await writeFile(join(app, `${index}`), content);
    const begun = performance.now();
    const { exitCode, stderr } = await cnbInProcess(
      [
        "build",
        `oci:${world.location(`out-${seed}`)}`,
        "--path",
        app,
        "--builder",
        `oci:${world.location("images/builder")}`,
      ],
      {
        cwd: world.dir,
        env: { PATH: process.env["PATH"], HOME: world.dir, LIBCNB_CACHE_DIR: world.location("cache") },
      },
    );
    const error = exitCode === 0 ? "" : stderr.slice(stderr.indexOf("ERROR:"));
    const seen = `${outputs.map(({ kind, path }) => `${kind} ${path}`).join(", ")}\n${stderr}`;
    expect(error, seen).not.toMatch(unforeseen);
    if (exitCode !== 0) expect(error, seen).toMatch(/test\/(generated|next)/);
    expect(performance.now() - begun).toBeLessThan(20_000);
  },
);
