import { expect, test } from "vitest";
import { lazyBindings } from "../../binding/bindings.ts";
import { recordingLogger } from "../../logger/recording-logger.ts";
import { announcedBindings } from "./announced-bindings.ts";

const bindingOf = (name: string, type: string) => ({
  name,
  origin: name,
  entries: new Map(
    Object.entries({ type, token: "s3cret" }).map(([key, text]) => [key, new TextEncoder().encode(text)]),
  ),
});

test("the log names each binding found, once and without its values", async () => {
  const log = recordingLogger();
  const bindings = announcedBindings(
    lazyBindings(async () => [bindingOf("registry", "npmrc"), bindingOf("b", "maven"), bindingOf("a", "maven")]),
    log,
  );
  await bindings.all();
  expect(log.lines).toEqual([]);
  expect(await bindings.find({ type: "gradle" })).toBe(undefined);
  expect((await bindings.find({ type: "NPMRC" }))?.name).toBe("registry");
  expect((await bindings.filter({ type: "maven" })).map(({ name }) => name)).toEqual(["a", "b"]);
  await bindings.filter({ type: "npmrc" });
  expect(log.lines).toEqual([
    'Using the binding "registry" of type npmrc',
    'Using the binding "a" of type maven',
    'Using the binding "b" of type maven',
  ]);
});
