import "libcnb/testing/vitest";
import { build, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";

const app = { "name.txt": "Ada\n" };

test("an app with a name requires the greeter", async () => {
  expect(await detect(buildpack, { app })).toRequire("greeter", { greeting: "Good morning" });
});

test("detect fails for another app, with a reason", async () => {
  expect(await detect(buildpack)).toFail("the app has no name.txt");
});

test("the image greets by name", async () => {
  expect((await build(buildpack, { app })).result).toEqual({
    processes: { greeting: { command: ["greet", "Ada"], default: true } },
  });
});
