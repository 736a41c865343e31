import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeImage } from "../../oci/image-io.ts";
import { emptyImage, withConfig } from "../../oci/model/mutate.ts";
import { readBuilder } from "./builder.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "builder-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const metadata = { lifecycle: { apis: { buildpack: { supported: ["0.10"] }, platform: { supported: ["0.13"] } } } };

test.for<[string, readonly string[], string]>([
  ["no user", ["CNB_GROUP_ID=1000"], "its environment does not contain CNB_USER_ID"],
  ["no group", ["CNB_USER_ID=1000"], "its environment does not contain CNB_GROUP_ID"],
  ["the user root", ["CNB_USER_ID=0", "CNB_GROUP_ID=0"], "its CNB_USER_ID is 0, but buildpacks cannot run as root"],
  [
    "the name of a user",
    ["CNB_USER_ID=cnb", "CNB_GROUP_ID=1000"],
    'its CNB_USER_ID is "cnb", which is not a numeric id',
  ],
])("a builder with %s is refused", async ([, Env, problem]) => {
  const reference = { kind: "oci", dir: join(dir, "builder") } as const;
  const Labels = { "io.buildpacks.builder.metadata": JSON.stringify(metadata) };
  await writeImage(withConfig(emptyImage({ os: "linux", architecture: "amd64" }), { Env, Labels }), reference);
  await expect(readBuilder(reference, {})).rejects.toMatchObject({
    code: "BUILDER_INVALID",
    message: `oci:${reference.dir} is not a usable builder: ${problem}`,
  });
});
