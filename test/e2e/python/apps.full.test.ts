import { buildImage, container } from "@libcnb/packager/testing";
import { expect, test } from "vitest";
import { type App, appFolder } from "../../support/apps/app.ts";
import { type AppCase, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import { likeSmall, server, small, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

/** The few that tell the most in little time. All others: python-*.all.test.ts. */
const world = usePythonWorld();

const { pip, uv, poetry } = tools;

const cases: readonly AppCase[] = [
  likeSmall("a pip app", { app: { files: pip.files(), commands: pip.lock } }),
  likeSmall("a uv app", {
    app: { files: uv.files(), commands: uv.lock },
    upgraded: {
      app: { files: uv.files(small.pinnedAnew), commands: uv.lock },
      moved: ["libcnb/python-packages:venv", "SBOM", "app"],
      answers: small.answers,
    },
  }),
  likeSmall("a Poetry app", { app: { files: poetry.files(), commands: poetry.lock } }),
];

test.for(cases)("$name is built and starts, and a second build changes no layer", (one) => expectLife(one, world()));

test("an app can write to the paths in BP_WRITABLE_PATHS, but not to other paths", async () => {
  const answer = `[write("instance/count"), write("count")]`;
  const write = `
def write(path):
    try:
        return open(path, "w").write("1")
    except OSError as error:
        return error.strerror


`;
  const app = await appFolder({ files: { "main.py": server(answer).replace("\nclass ", `${write}class `) } });
  const { builder, env, certificates } = world();
  await using image = await buildImage({ builder, certificates, app, env: { ...env, BP_WRITABLE_PATHS: "instance" } });
  await using running = await container(image);
  await running.ready({ http: "/", timeoutMs: 120_000 });
  // without root the app runs as the owner of its files
  expect(await (await running.fetch("/")).json()).toEqual([1, process.getuid?.() === 0 ? "Permission denied" : 1]);
});

test("cnb build reports a lockfile that does not match pyproject.toml", async () => {
  const stale: App = {
    files: uv.files(),
    commands: [...uv.lock, ["uv==0.13.9", "add", "--frozen", "iniconfig==2.1.0"]],
  };
  expect(await failureOf(stale, world())).toContain("(PACKAGES_LOCKFILE_OUT_OF_SYNC)");
});
