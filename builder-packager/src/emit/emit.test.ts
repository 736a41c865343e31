import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { CnbError } from "../errors.ts";
import { decideNames } from "./decide.ts";
import { type EmitKind, emitKinds } from "./kind-names.ts";
import { manifestOf } from "./kinds.ts";
import type { EmitPlan } from "./plan.ts";
import { renderYaml } from "./yaml.ts";

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

const plan: EmitPlan = {
  ...decideNames({ image: "registry.example.com/acme/shop:1" }),
  version: "0.1.0",
  builder: {
    pinned: `registry.example.com/builder:1@${digestOf("b")}`,
    uid: 1001,
    gid: 1000,
    platformApi: "0.15",
  },
  env: [
    { name: "BP_NODE_VERSION", value: "24" },
    { name: "GREETING", value: "it's $(params.image)\n- no" },
  ],
  jobImage: "docker.io/library/node:24",
  kpack: {
    stackId: "any",
    buildImage: `registry.example.com/base-build:1@${digestOf("c")}`,
    runImage: `registry.example.com/base-run:1@${digestOf("d")}`,
    lifecycleImage: `registry.example.com/lifecycle:0.21.0@${digestOf("e")}`,
    builderTag: "registry.example.com/builder:kpack",
    order: [
      {
        group: [
          { id: "libcnb/ca-certificates", optional: true },
          { id: "libcnb/nodejs", version: "1.0.0" },
        ],
      },
      { group: [{ id: "libcnb/python" }] },
    ],
    git: "https://example.com/shop.git",
    revision: "main",
    namespace: "default",
  },
};

test.each(emitKinds)("the manifest for %s has the expected text", async (kind) =>
  expect(manifestOf(kind, plan)).toMatchFileSnapshot(`__snapshots__/${kind}.yaml`),
);

test.each(emitKinds)(
  "the manifest for %s of an app in a subdirectory with its own run image has the expected text",
  (kind) =>
    expect(
      manifestOf(kind, {
        ...plan,
        path: "apps/shop",
        runImage: `registry.example.com/run:2@${digestOf("f")}`,
        env: [],
      }),
    ).toMatchFileSnapshot(`__snapshots__/${kind}-directory.yaml`),
);

/** All strings of a value. */
const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

test.each(emitKinds)("the manifest for %s names each input image with its digest", (kind) => {
  const documents = parseAllDocuments(manifestOf(kind, plan)).map((document) => document.toJS());
  const inputs = stringsIn(documents).filter((text) =>
    /^registry\.example\.com\/(builder:1|base|lifecycle)/.test(text),
  );
  expect(inputs.length).toBeGreaterThan(0);
  for (const input of inputs) expect(input).toMatch(/@sha256:[0-9a-f]{64}$/);
});

test("the Tekton manifest passes environment variables of project.toml as arguments, not as text of its script", () => {
  const { spec } = parse(manifestOf("tekton", plan));
  expect(spec.params[2].default).toEqual(["BP_NODE_VERSION=24", "GREETING=it's $(params.image)\n- no"]);
  expect(spec.steps[0].script).not.toContain("GREETING");
  expect(spec.steps[0].script).not.toContain("$(params");
});

test.each([
  ["no", '"no"'],
  ["on", '"on"'],
  ["12:30", '"12:30"'],
  ["0o17", '"0o17"'],
  ["1_000", '"1_000"'],
  ["2026-01-31", '"2026-01-31"'],
  ["# no comment", '"# no comment"'],
])("the string %j is quoted, so that YAML 1.1 parsers read a string", (text, written) =>
  expect(renderYaml("test", [{ value: { key: text } }]).replaceAll("'", '"')).toBe(`# test\nkey: ${written}\n`),
);

test("a manifest comment for a missing path is an error", () =>
  expect(() => renderYaml("test", [{ value: { a: 1 }, comments: [[["b"], "lost"]] }])).toThrow(
    "the manifest has no value at b",
  ));

test("names in a manifest are derived from the image name", () =>
  expect(decideNames({ image: "registry.example.com/acme/my_shop.web" })).toEqual({
    name: "my-shop-web",
    image: "registry.example.com/acme/my_shop.web:latest",
    repository: "registry.example.com/acme/my_shop.web",
    cacheImage: "registry.example.com/acme/my_shop.web:cache",
    path: ".",
  }));

const image = "registry.example.com/shop";

test.each([
  [{ image: "oci:dist/shop" }, "the image to build, oci:dist/shop, is not in a registry"],
  [{ image: `${image}@${digestOf("a")}` }, "has a digest"],
  [{ image, cacheImage: "oci:cache" }, "the cache image, oci:cache, is not in a registry"],
  [{ image, name: "Shop" }, '"Shop" is not a name for Kubernetes objects and jobs'],
  [{ image, name: "a\nb: c" }, "is not a name for Kubernetes objects and jobs"],
  [{ image, name: "x".repeat(53) }, "is not a name for Kubernetes objects and jobs"],
  [{ image, path: "/etc" }, "--path /etc is not a directory below the root of the app's repository"],
  [{ image, path: "a/../../b" }, "is not a directory below the root"],
  [{ image, path: `$\{{ secrets.TOKEN }}` }, "is not a directory below the root"],
  [{ image, path: "-x" }, "is not a directory below the root"],
])("a manifest with the options %j is refused", (given, message) => {
  expect(() => decideNames(given)).toThrow(CnbError);
  expect(() => decideNames(given)).toThrow(message);
});

test("manifests of equal inputs are equal", () => {
  for (const kind of emitKinds satisfies readonly EmitKind[])
    expect(manifestOf(kind, structuredClone(plan))).toBe(manifestOf(kind, plan));
});
