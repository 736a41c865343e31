import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BuildFixture, type BuildOutcome, build, type FileMap } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeApp } from "../../../../test/support/apps/app.ts";
import { packageIndex } from "../../../../test/support/python/index.ts";
import {
  indexName,
  type PrivateTool,
  privateApp,
  privateApps,
  privatePackage,
  whileOpen,
} from "../../../../test/support/python/private-apps.ts";
import { type PrivateIndex, passwordForms, startPrivateIndex } from "../../../../test/support/python/private-index.ts";
import pythonPackages from "../buildpack.ts";
import { pythonEnv } from "../test-python.ts";
import { wheel, wheelName } from "../test-wheel.ts";

/** A package of an index that wants a login, in all the ways in which users of a tool give one. */
let index: PrivateIndex;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "private-index-"));
  index = await startPrivateIndex({ [wheelName(privatePackage)]: await wheel(privatePackage) });
});
afterAll(async () => {
  await index?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

interface Inputs {
  /** As the app's files have it. */
  readonly address: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly bindings?: BuildFixture["bindings"] | undefined;
}

const login = () => ({ username: index.username, password: index.password });
const binding = (name: string, entries: Readonly<Record<string, string>>) => ({
  [name]: { type: "pypi", ...login(), ...entries },
});

const ways = {
  "a binding with the index's name": () => ({ address: index.url, bindings: binding(indexName, {}) }),
  "a binding with the index's URL": () => ({ address: index.url, bindings: binding("company", { url: index.url }) }),
  "a netrc file in a binding": () => ({
    address: index.url,
    bindings: {
      login: { type: "netrc", ".netrc": `machine 127.0.0.1 login ${index.username} password ${index.password}\n` },
    },
  }),
  "encoded environment variables in the index's URL": () => ({
    address: index.withLogin("$" + "{INDEX_USER}:$" + "{INDEX_PASSWORD}"),
    env: { INDEX_USER: encodeURIComponent(index.username), INDEX_PASSWORD: encodeURIComponent(index.password) },
  }),
  "environment variables in the index's URL, which the tool encodes": () => ({
    address: index.withLogin("$" + "{INDEX_USER}:$" + "{INDEX_PASSWORD}"),
    env: { INDEX_USER: index.username, INDEX_PASSWORD: index.password },
  }),
  "uv's environment variables": () => ({
    address: index.url,
    env: { UV_INDEX_PRIVATE_USERNAME: index.username, UV_INDEX_PRIVATE_PASSWORD: index.password },
  }),
  "Poetry's environment variables": () => ({
    address: index.url,
    env: { POETRY_HTTP_BASIC_PRIVATE_USERNAME: index.username, POETRY_HTTP_BASIC_PRIVATE_PASSWORD: index.password },
  }),
} as const satisfies Readonly<Record<string, () => Inputs>>;

const cases: readonly (readonly [PrivateTool, keyof typeof ways])[] = [
  ["pip", "a binding with the index's URL"],
  ["pip", "a netrc file in a binding"],
  ["pip", "encoded environment variables in the index's URL"],
  ["uv", "a binding with the index's name"],
  ["uv", "a binding with the index's URL"],
  ["uv", "a netrc file in a binding"],
  ["uv", "uv's environment variables"],
  ["poetry", "a binding with the index's name"],
  ["poetry", "a binding with the index's URL"],
  ["poetry", "a netrc file in a binding"],
  ["poetry", "Poetry's environment variables"],
  ["pipenv", "a binding with the index's name"],
  ["pipenv", "a binding with the index's URL"],
  ["pipenv", "a netrc file in a binding"],
  ["pipenv", "environment variables in the index's URL, which the tool encodes"],
  ["pdm", "a binding with the index's name"],
  ["pdm", "a binding with the index's URL"],
  ["pdm", "a netrc file in a binding"],
  ["pdm", "environment variables in the index's URL, which the tool encodes"],
];

test.for(cases)(
  "the package manager %s installs from a private index with %s, and the password is not stored",
  { timeout: 300_000 },
  async ([tool, way]) => {
    const { address, env, bindings }: Inputs = ways[way]();
    const outcome = await buildOf(tool, { app: await lockedApp(tool, address), env, bindings });
    expect({ installed: installedBy(outcome), locations: filesWithPassword(outcome) }).toEqual({
      installed: ["idna-3.10", "libcnb_private-1.0"],
      locations: [],
    });
  },
);

test("uv uses a default index as a mirror if the lockfile does not mention this index, and leaves the lockfile unchanged", {
  timeout: 300_000,
}, async () => {
  await using mirror = await startPrivateIndex({ [wheelName(privatePackage)]: await wheel(privatePackage) });
  const app = await whileOpen(index, () => mirroredApp());
  for (const given of [
    { bindings: binding("the mirror", { url: mirror.url, default: "true" }) },
    { env: { UV_DEFAULT_INDEX: mirror.withLogin() } },
  ]) {
    index.answers.length = 0;
    const outcome = await buildOf("uv", { app, ...given });
    expect({
      installed: installedBy(outcome),
      locations: filesWithPassword(outcome),
      lock: outcome.app["uv.lock"],
      asked: index.answers,
    }).toEqual({ installed: ["libcnb_private-1.0"], locations: [], lock: app["uv.lock"], asked: [] });
    expect(outcome.log).toContain(`Using the index ${mirror.url} instead of ${index.url}`);
  }
  await expect(
    buildOf("uv", {
      app: { ...app, "pyproject.toml": String(app["pyproject.toml"]).replace("==1.0", "<2") },
      env: { UV_DEFAULT_INDEX: mirror.withLogin() },
    }),
  ).rejects.toMatchObject({ code: "PACKAGES_LOCKFILE_OUT_OF_SYNC" });
});

/** An app that was locked with another public index. */
async function mirroredApp(): Promise<FileMap> {
  const app = join(dir, "mirrored");
  const { files, lock } = privateApps.uv(index.url);
  const manifest = files["pyproject.toml"].replace(',"idna==3.10"', "");
  await makeApp({ files: { "pyproject.toml": manifest }, commands: lock }, app);
  return { "pyproject.toml": manifest.slice(0, manifest.indexOf("[[tool.uv.index]]")), ...(await lockfileIn(app)) };
}

/** The tools that earlier tests have installed. */
const tools = new Map<PrivateTool, FileMap>();

interface BuildSetup extends Partial<Pick<Inputs, "env" | "bindings">> {
  readonly app: FileMap;
}

async function buildOf(tool: PrivateTool, { app, env = {}, bindings = {} }: BuildSetup): Promise<BuildOutcome> {
  const layers = tools.get(tool) ?? {};
  const outcome = await build(pythonPackages, {
    buildpack: resolve(import.meta.dirname, "../.."),
    app,
    bindings,
    layers,
    env: { ...(await pythonEnv()), PIP_INDEX_URL: await packageIndex(), ...env },
    downloads: "real",
  });
  tools.set(tool, Object.fromEntries(Object.entries(outcome.layers).filter(([path]) => path.startsWith(tool))));
  return outcome;
}

/** The files of an app, with the lockfile that its developer made. */
async function lockedApp(tool: PrivateTool, address: string): Promise<FileMap> {
  const app = join(dir, "app");
  await rm(app, { recursive: true, force: true });
  const { files, lock } = await privateApp(tool, address);
  await whileOpen(index, () => makeApp({ files, commands: lock, without: [".pdm-python", ".venv"] }, app));
  return { ...files, ...(await lockfileIn(app)) };
}

async function lockfileIn(app: string): Promise<FileMap> {
  for (const name of ["uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"]) {
    const text = await readFile(join(app, name), "utf8").catch(() => undefined);
    if (text !== undefined) return { [name]: text };
  }
  return {};
}

const installedBy = ({ layers }: BuildOutcome): readonly string[] =>
  Object.keys(layers)
    .flatMap((path) => /^venv\/.*\/([^/]+)\.dist-info\/METADATA$/.exec(path)?.[1] ?? [])
    .toSorted();

/** The locations of the password in the results, logs and responses of a build. */
function filesWithPassword({ app, layers, log, result, stdout, stderr }: BuildOutcome): readonly string[] {
  const texts = { ...app, ...layers, log: JSON.stringify(log), result: JSON.stringify(result), stdout, stderr };
  return Object.entries(texts).flatMap(([path, content]) => {
    const { contents = content } = content as { readonly contents?: Uint8Array };
    const bytes = Buffer.from(contents as string | Uint8Array);
    return passwordForms.some((form) => bytes.includes(form)) ? [path] : [];
  });
}
