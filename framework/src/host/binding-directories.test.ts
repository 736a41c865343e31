import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BindingSource } from "../binding/source.ts";
import { type BindingDirectories, readBindings } from "./binding-directories.ts";
import { inTemporaryDirectory } from "./files/temporary-directory.ts";
import { type Tree, writeFileMap } from "./files/tree.ts";

/** The bindings of such a world, `<root>` being its directory. */
async function read(files: Tree, env: BindingDirectories["env"] = {}, change: (root: string) => unknown = () => {}) {
  return inTemporaryDirectory(async (root) => {
    await writeFileMap(root, files);
    await change(root);
    const named = (text: string) => text.replaceAll("<root>", root);
    const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, named(value ?? "")]));
    const sources = await readBindings({ platformDir: join(root, "platform"), env: variables });
    return sources.map((source) => shown(source, root));
  });
}

function shown({ name, path, origin, entries }: BindingSource, root: string) {
  const texts = [...entries].map(([key, bytes]) => [key, new TextDecoder().decode(bytes)]);
  return {
    name,
    ...(path !== undefined && { path: path.replace(root, "<root>") }),
    origin: origin.replace(root, "<root>"),
    entries: Object.fromEntries(texts),
  };
}

describe("service bindings are read", () => {
  const platform = { "platform/bindings/db/type": "postgresql", "platform/bindings/db/.uri": "x" };
  const vcap = JSON.stringify({
    offering: [{ name: "cf", label: "p.mysql", credentials: { port: 3306, user: "me" } }],
  });
  const fromVcap = (origin: string) => [
    { name: "cf", origin, entries: { type: "p.mysql", provider: "offering", port: "3306", user: "me" } },
  ];

  test.for<[string, Tree, BindingDirectories["env"], unknown]>([
    ["as an empty list if there are none", { "platform/env/A": "1" }, {}, []],
    [
      "from the platform directory",
      {
        ...platform,
        "platform/bindings/a-file": "",
        "platform/bindings/.hidden/type": "x",
        "platform/bindings/empty/": "",
        "platform/bindings/lost+found/#1": "",
      },
      { SERVICE_BINDING_ROOT: "" },
      [
        {
          name: "db",
          path: "<root>/platform/bindings/db",
          origin: "<root>/platform/bindings/db",
          entries: { type: "postgresql", ".uri": "x" },
        },
      ],
    ],
    [
      "only from SERVICE_BINDING_ROOT if it exists",
      { ...platform, "bound/ca/type": "ca-certificates", "bound/ca/a.pem": "PEM" },
      { SERVICE_BINDING_ROOT: "<root>/bound", VCAP_SERVICES: vcap },
      [
        {
          name: "ca",
          path: "<root>/bound/ca",
          origin: "<root>/bound/ca",
          entries: { "a.pem": "PEM", type: "ca-certificates" },
        },
      ],
    ],
    [
      "from VCAP_SERVICES if SERVICE_BINDING_ROOT does not exist",
      platform,
      { SERVICE_BINDING_ROOT: "<root>/bound", VCAP_SERVICES: vcap, VCAP_SERVICES_FILE_PATH: "<root>/none" },
      fromVcap("VCAP_SERVICES"),
    ],
    [
      "from the file that VCAP_SERVICES_FILE_PATH names",
      { ...platform, "vcap.json": vcap },
      { VCAP_SERVICES_FILE_PATH: "<root>/vcap.json" },
      fromVcap("VCAP_SERVICES_FILE_PATH"),
    ],
    [
      "in the legacy layout of the CNB bindings extension",
      {
        "platform/bindings/old/metadata/kind": "mysql\n",
        "platform/bindings/old/metadata/provider": "acme",
        "platform/bindings/old/metadata/tags": "a",
        "platform/bindings/old/secret/user": "me",
      },
      {},
      [
        {
          name: "old",
          path: "<root>/platform/bindings/old",
          origin: "<root>/platform/bindings/old",
          entries: { provider: "acme", tags: "a", user: "me", type: "mysql\n" },
        },
      ],
    ],
    [
      "from a mounted Kubernetes secret",
      {
        "platform/bindings/db/..2026_01/type": "redis",
        "platform/bindings/db/..2026_01/password": "secret",
        "platform/bindings/db/..data": "-> ..2026_01",
        "platform/bindings/db/type": "-> ..data/type",
        "platform/bindings/db/password": "-> ..data/password",
        "platform/bindings/db/broken": "-> ..data/none",
        "platform/bindings/db/loop": "-> loop",
        "platform/bindings/db/directory/x": "",
        "platform/bindings/linked": "-> db",
      },
      {},
      ["db", "linked"].map((name) => ({
        name,
        path: `<root>/platform/bindings/${name}`,
        origin: `<root>/platform/bindings/${name}`,
        entries: { password: "secret", type: "redis" },
      })),
    ],
  ])("%s", async ([, files, env, expected]) => {
    expect(await read(files, env)).toEqual(expected);
  });
});

describe("service bindings are refused", () => {
  const entry = (root: string) => join(root, "platform/bindings/db/type");
  const huge = async (root: string) => {
    await mkdir(join(root, "platform/bindings/db"), { recursive: true });
    await writeFile(entry(root), "");
    await truncate(entry(root), 17 * 1024 * 1024);
  };
  const many = async (root: string) => {
    const names = Array.from({ length: 1001 }, (_, index) => join(root, `platform/bindings/${index}`));
    await Promise.all(names.map((name) => mkdir(name, { recursive: true })));
  };

  test.for<[string, BindingDirectories["env"], (root: string) => unknown, string]>([
    [
      "with a relative SERVICE_BINDING_ROOT",
      { SERVICE_BINDING_ROOT: "bindings" },
      () => {},
      "bindings is not an absolute path",
    ],
    ["with entries that are too large", {}, huge, "<root>/platform/bindings/db/type has more than 16777216 bytes"],
    ["with more than 1000 bindings", {}, many, "it contains more than 1000 bindings"],
    [
      "with a VCAP_SERVICES_FILE_PATH that is a directory",
      { VCAP_SERVICES_FILE_PATH: "<root>" },
      () => {},
      "<root> is not a file",
    ],
    [
      "with a VCAP_SERVICES_FILE_PATH that does not exist",
      { VCAP_SERVICES_FILE_PATH: "<root>/none" },
      () => {},
      "<root>/none is not a file",
    ],
  ])("%s", async ([, env, change, cause]) => {
    const error = await read({}, env, change).catch((thrown) => thrown);
    // the directory is a temporary one
    expect(error).toMatchObject({ code: "BINDING_INVALID", cause: expect.stringMatching(pattern(cause)) });
  });

  const pattern = (cause: string) => new RegExp(`^${cause.replaceAll(/[.()]/g, "\\$&").replace("<root>", "/\\S+?")}$`);
});
