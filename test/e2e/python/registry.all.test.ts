import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, container } from "@libcnb/packager/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wheel, wheelName } from "../../../buildpacks/python-packages/src/test-wheel.ts";
import { makeApp } from "../../support/apps/app.ts";
import { locationsOf } from "../../support/images/secret-locations.ts";
import { server } from "../../support/python/apps.ts";
import {
  indexName,
  type PrivateTool,
  privateApp,
  privatePackage,
  whileOpen,
} from "../../support/python/private-apps.ts";
import { type PrivateIndex, passwordForms, startPrivateIndex } from "../../support/python/private-index.ts";
import { usePythonWorld } from "../../support/python/world.ts";

/** A package that an index serves only with a login. The credentials are not a part of the app. logins.all.test.ts tests every kind of login. */
const world = usePythonWorld();
let index: PrivateIndex;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "python-registry-"));
  index = await startPrivateIndex({ [wheelName(privatePackage)]: await wheel(privatePackage) });
});
afterAll(async () => {
  await index?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const login = () => ({ username: index.username, password: index.password });

/** As the platform gives it to the build. */
const bound = (name: string, entries: Readonly<Record<string, string>> = {}) => ({
  VCAP_SERVICES: JSON.stringify({ "user-provided": [{ name, credentials: { type: "pypi", ...login(), ...entries } }] }),
});

const cases = {
  pip: () => bound("company", { url: index.url }),
  uv: () => bound(indexName),
  poetry: () => ({
    POETRY_HTTP_BASIC_PRIVATE_USERNAME: index.username,
    POETRY_HTTP_BASIC_PRIVATE_PASSWORD: index.password,
  }),
  pipenv: () => bound(indexName),
  pdm: () => bound("company", { url: index.url }),
} as const satisfies Readonly<Record<PrivateTool, () => Readonly<Record<string, string>>>>;

const tools = Object.keys(cases) as readonly PrivateTool[];

test.for(tools)("%s: registry credentials are not in the image", { timeout: 600_000 }, async (tool) => {
  const app = join(dir, tool);
  const { files, lock } = await privateApp(tool, index.url);
  const code = { "main.py": server("libcnb_private.version", "libcnb_private") };
  const without = [".venv", ".pdm-python"];
  await whileOpen(index, () => makeApp({ files: { ...files, ...code }, commands: lock, without }, app));
  const env = { ...world().env, ...cases[tool]() };
  await using image = await buildImage({ ...world(), app, env });
  await using web = await container(image);
  await web.ready({ http: "/" });
  expect(await (await web.fetch("/")).json()).toBe("1.0");
  await using again = await image.rebuild({ env });
  expect([await locationsOf(passwordForms, image), await locationsOf(passwordForms, again)]).toEqual([[], []]);
});
