import "libcnb/testing/vitest";
import { join } from "node:path";
import { detectGroup, group } from "libcnb/testing";
import { expect, test } from "vitest";
import greeter from "../buildpacks/greeter/src/buildpack.ts";
import start from "../buildpacks/start/src/buildpack.ts";

// The real buildpack.toml of each: order, ids, targets.
const dir = join(import.meta.dirname, "..");
const given = {
  order: [["example/my-buildpack"]],
  buildpacks: {
    "example/my-buildpack": { descriptor: dir },
    "example/my-buildpack-greeter": { buildpack: greeter, descriptor: join(dir, "buildpacks/greeter") },
    "example/my-buildpack-start": { buildpack: start, descriptor: join(dir, "buildpacks/start") },
  },
};

test("the members build an image together", async () => {
  const image = await group({ ...given, app: { "name.txt": "Ada\n" } });
  const { log, launchEnv } = image;
  expect(log).toEqual(["Installing greet (no cached layer)", "The app will greet Ada"]);
  expect(image).toHaveProcess("greeting", { command: ["greet", "Ada"] });
  expect(launchEnv().PATH).toContain("/greeter/bin");
});

test("the next build reuses everything", async () => {
  const first = await group({ ...given, app: { "name.txt": "Ada\n" } });
  expect((await first.rebuild()).log).toEqual(["The app will greet Ada"]);
});

test("an app without a matching group gets the reason", async () => {
  expect(await detectGroup({ ...given, app: {} })).toFail();
});
