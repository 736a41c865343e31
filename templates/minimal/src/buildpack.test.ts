import "libcnb/testing/vitest";
import { build, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import helloWorld from "./buildpack.ts";

test("detect passes for an app with hello.txt", async () => {
  expect(await detect(helloWorld, { app: { "hello.txt": "Hi" } })).toPass();
});

test("detect fails for another app, with a reason", async () => {
  expect(await detect(helloWorld, { app: { "README.md": "" } })).toFail("the app has no hello.txt");
});

test("the image prints its greeting", async () => {
  const { log, layers } = await build(helloWorld, { app: { "hello.txt": "Hello, world\n" } });
  expect(log).toEqual(['The app will say "Hello, world"']);
  expect(layers).toEqual({
    "launch.toml": '[[processes]]\ntype = "hello"\ncommand = [ "echo", "Hello, world" ]\ndefault = true\n',
  });
});
