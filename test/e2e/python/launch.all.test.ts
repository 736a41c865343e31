// @needs docker, dockerd, root
import { availableParallelism } from "node:os";
import { type BuiltImage, buildImage } from "@libcnb/packager/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appFolder } from "../../support/apps/app.ts";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { runIn } from "../../support/apps/app-docker.ts";
import { code, likeSmall, requirements, server, small, tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";
import { type Engine, startDocker } from "../../support/service.ts";

const world = usePythonWorld();
const { pip } = tools;

const procfile = {
  ...pip.files(),
  Procfile: `# what runs\nweb: python main.py\nworker: python worker.py "two words"\nrelease: echo "migrated $PYTHONUNBUFFERED"\n`,
  "worker.py": `import sys\n\nimport inflection\n\nprint(inflection.pluralize("job"), sys.argv[1:])\n`,
};

const cases: readonly AppCase[] = [
  {
    name: "a Procfile",
    app: { files: procfile },
    says: ["Procfile"],
    answers: small.answers,
    changed: { ...small.changed, moved: [code] },
    ends: {
      worker: { exitCode: 0, prints: "jobs ['two words']" },
      release: { exitCode: 0, prints: "migrated 1" },
    },
  },
  likeSmall("a start file in BP_LAUNCHPOINT", {
    app: { files: { ...pip.files(), "app.py": "raise SystemExit(1)\n" } },
    env: { BP_LAUNCHPOINT: "main.py" },
  }),
  likeSmall("a start command in BP_PYTHON_START", {
    app: { files: pip.files() },
    env: { BP_PYTHON_START: "python -X dev main.py" },
    processes: { web: "with-signals python -X dev main.py" },
  }),
];

test.for(cases)("a Python app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);

describe("a container of a real Docker daemon", () => {
  let image: BuiltImage;
  let docker: Engine;

  const reported = `{ "concurrency": os.environ.get("WEB_CONCURRENCY"), "unbuffered": os.environ.get("PYTHONUNBUFFERED"),
            "home": os.environ.get("PYTHONHOME"), "path": os.environ.get("PYTHONPATH") }`;

  beforeAll(async () => {
    image = await buildImage({ ...world(), app: await appFolder({ files: { "main.py": server(reported) } }) });
    docker = await startDocker();
  });
  afterAll(async () => {
    await docker?.stop();
    await image?.remove();
  });

  test.for<[string, readonly string[], object]>([
    ["one worker in 256 MB", ["--memory=256m"], { concurrency: "1" }],
    [
      "as many workers as fit into memory",
      ["--memory=2g"],
      { concurrency: String(Math.min(8, 2 * availableParallelism() + 1)) },
    ],
    [
      "the user's WEB_CONCURRENCY",
      ["--memory=512m", "--env=WEB_CONCURRENCY=7", "--env=PYTHONUNBUFFERED=2"],
      { concurrency: "7", unbuffered: "2" },
    ],
  ])("with an app that has %s ends on SIGTERM", async ([, flags, expected]) => {
    const { answer, exitCode } = await runIn(docker, image, flags);
    const shared = { unbuffered: "1", home: null, path: null };
    expect([JSON.parse(answer), exitCode]).toEqual([{ ...shared, ...expected }, 0]);
  });

  test.for<[string, Readonly<Record<string, string>>, number]>([
    ["without a signal handler", { "main.py": server(`"hello"`).replace(/^signal\..*$/m, "") }, 143],
    [
      "on gunicorn",
      {
        "requirements.txt": requirements("flask==3.1.2", "gunicorn==23.0.0"),
        "app.py": `from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef hello():\n    return '"hello"'\n`,
      },
      0,
    ],
  ])("with an app %s ends on SIGTERM", async ([, files, exitCode]) => {
    await using built = await buildImage({ ...world(), app: await appFolder({ files }) });
    expect(await runIn(docker, built)).toEqual({ answer: `"hello"`, exitCode });
  });
});
