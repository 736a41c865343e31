import "libcnb/testing/vitest";
import { build, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import helloWorld from "./buildpack.ts";

test("an app with hello.txt is detected", async () => {
  expect(await detect(helloWorld, { app: { "hello.txt": "Hi" } })).toPass();
});

test("another app is not, and is told why", async () => {
  expect(await detect(helloWorld, { app: { "README.md": "" } })).toFail("the app has no hello.txt");
});

test("the image greets", async () => {
  const { log, layers } = await build(helloWorld, { app: { "hello.txt": "Hello, world\n" } });
  expect(log).toEqual(['The app will say "Hello, world"']);
  expect(layers).toEqual({
    "launch.toml": '[[processes]]\ntype = "hello"\ncommand = [ "echo", "Hello, world" ]\ndefault = true\n',
  });
});
