import "libcnb/testing/vitest";
import { build, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import helloWorld from "./buildpack.ts";

test("detect passes for an app with hello.txt", async () => {
  expect(await detect(helloWorld, { app: { "hello.txt": "Hi" } })).toPass();
});

test("detect fails for an app without hello.txt, and gives the reason", async () => {
  expect(await detect(helloWorld, { app: { "README.md": "" } })).toFail("the app has no hello.txt");
});

test("the default process prints the text of hello.txt", async () => {
  const { log, layers } = await build(helloWorld, { app: { "hello.txt": "Hello, world\n" } });
  expect(log).toEqual(['The app will say "Hello, world"']);
  expect(layers).toEqual({
    "launch.toml": '[[processes]]\ntype = "hello"\ncommand = [ "echo", "Hello, world" ]\ndefault = true\n',
  });
});
