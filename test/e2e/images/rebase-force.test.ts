import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb } from "../../support/cnb.ts";
import { type RebaseCase, rebaseImages } from "../../support/images/rebase-world.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rebase-force-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let count = 0;
/** An app and a new base for it, each an OCI layout. */
async function layouts(given: RebaseCase) {
  const images = await rebaseImages(dir, "registry.test/run:1", given);
  const [app, base] = [`oci:${dir}/${count}/app`, `oci:${dir}/${count++}/base`];
  await oci.write(images.app, parseImageReference(app), { name: "registry.test/app:1" });
  await oci.write(images.next, parseImageReference(base), { name: "registry.test/other:1" });
  return { app, base };
}

const alpine = { base: { "io.buildpacks.base.distro.name": "alpine" } };

describe("cnb rebase --force", () => {
  test("overrides only the given reasons, and the error shows the flag for the other reasons", async () => {
    const { app, base } = await layouts(alpine);
    const rebase = (...flags: readonly string[]) => cnb(["rebase", app, "--run-image", base, ...flags]);
    const refused = [await rebase(), await rebase("--force", "name"), await rebase("--force", "variant,distribution")];
    const [name, distribution] = [
      "registry.test/other:1 is not the run image of the app: the app records registry.test/run:1 (--force name)",
      "the new base is alpine 12, but the app was built for debian 12 (--force distribution)",
    ];
    const refusal = (reasons: string, flag: string) =>
      `ERROR: ${app} cannot be rebased: ${reasons}\n` +
      `HINT: Pass another base with --run-image. To rebase anyway, although the app may not run, add --force ${flag}.\nCODE: REBASE_REFUSED\n`;
    expect(refused.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [72, refusal(`${distribution}; ${name}`, "distribution,name")],
      [72, refusal(distribution, "name,distribution")],
      [72, refusal(name, "variant,distribution,name")],
    ]);
    const forced = await rebase("--force", "name", "--force", "distribution");
    expect([forced.exitCode, forced.stderr.match(/^WARNING: .*$/gm)?.length]).toEqual([0, 2]);
  });

  test("does not override a different architecture", async () => {
    const { app, base } = await layouts({ architecture: "arm64" });
    const { exitCode, stderr } = await cnb(["rebase", app, "--run-image", base, "--force", "name"]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("CODE: IMAGE_PLATFORM_MISMATCH")]);
  });

  test.for([["all"], ["name,"], [""], ["registry.test/app:1"]])(
    "refuses a value that is not a list of reasons: %j",
    async (args) => {
      const { exitCode, stderr } = await cnb(["rebase", "oci:app", "--force", ...args]);
      expect([exitCode, stderr]).toEqual([
        3,
        expect.stringContaining(
          "Use the name of a check that can be overridden: name, distribution, variant, rebasable.",
        ),
      ]);
    },
  );
});
