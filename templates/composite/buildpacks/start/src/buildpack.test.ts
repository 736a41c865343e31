import "libcnb/testing/vitest";
import { build, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";

const app = { "name.txt": "Ada\n" };

test("detect requires the greeter for an app with name.txt", async () => {
  expect(await detect(buildpack, { app })).toRequire("greeter", { greeting: "Good morning" });
});

test("detect fails for an app without name.txt, and gives the reason", async () => {
  expect(await detect(buildpack)).toFail("the app has no name.txt");
});

test("the default process greets the name in name.txt", async () => {
  expect((await build(buildpack, { app })).result).toEqual({
    processes: { greeting: { command: ["greet", "Ada"], default: true } },
  });
});
