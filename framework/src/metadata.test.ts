import { expect, test } from "vitest";
import { defineBuildpack } from "./buildpack.ts";
import { fail, pass } from "./detect.ts";
import { defineExtension } from "./extension/extension.ts";
import { metadataOf } from "./metadata.ts";
import { integer, list, string, table } from "./spec/schemas/schema.ts";
import { detect, generate } from "./testing/index.ts";

const schema = table({ port: integer, files: list(string) });
const buildpack = defineBuildpack({
  detect({ buildpack: own }) {
    const { port, files }: { readonly port: number; readonly files: readonly string[] } = metadataOf(own, schema);
    return fail(`looks for ${files.join(" and ")}, would listen on ${port + 1}`);
  },
  build() {},
});

test("the [metadata] of buildpack.toml has the types of the buildpack's schema, even next to tables of the framework", async () => {
  const metadata = { port: 8080, files: ["a", "b"], configurations: [{ name: "BP_X" }] };
  expect(await detect(buildpack, { buildpack: { metadata } })).toMatchObject({
    outcome: "fail",
    reason: "looks for a and b, would listen on 8081",
  });
});

test("all errors in the [metadata] of buildpack.toml are reported at once", async () => {
  const given = { buildpack: { id: "acme/node", metadata: { port: "8080", files: ["a", 1] } } };
  await expect(detect(buildpack, given)).rejects.toMatchObject({
    code: "DESCRIPTOR_INVALID",
    message: "the descriptor of acme/node@1.0.0 is not valid",
    cause: `metadata.port: expected an integer, got "8080"; metadata.files[1]: expected a string, got 1`,
  });
});

test("the [metadata] of extension.toml has the types of the extension's schema", async () => {
  const extension = defineExtension({
    detect: () => pass(),
    generate({ extension: own, log }) {
      log.info(`port ${metadataOf(own, table({ port: integer })).port}`);
    },
  });
  expect((await generate(extension, { extension: { metadata: { port: 1 } } })).log).toEqual(["port 1"]);
});
