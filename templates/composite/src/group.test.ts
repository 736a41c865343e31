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

test("the buildpacks of the group build one image", async () => {
  const image = await group({ ...given, app: { "name.txt": "Ada\n" } });
  const { log, launchEnv } = image;
  expect(log).toEqual(["Installing greet (no cached layer)", "The app will greet Ada"]);
  expect(image).toHaveProcess("greeting", { command: ["greet", "Ada"] });
  expect(launchEnv().PATH).toContain("/greeter/bin");
});

test("a rebuild installs nothing again", async () => {
  const first = await group({ ...given, app: { "name.txt": "Ada\n" } });
  expect((await first.rebuild()).log).toEqual(["The app will greet Ada"]);
});

test("detection fails for an app that no group matches", async () => {
  expect(await detectGroup({ ...given, app: {} })).toFail();
});
