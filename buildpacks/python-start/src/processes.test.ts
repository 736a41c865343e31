import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, flask } from "./test-build.ts";

describe("the image's processes", () => {
  test.for<[string, FileMap, string, Readonly<Record<string, string>>]>([
    [
      "those of a Procfile with variables and shell commands",
      { Procfile: "release: ./migrate && echo done\nworker: A=1 python w.py", "w.py": "" },
      "x",
      { release: "with-signals sh -c ./migrate && echo done", worker: "with-signals python w.py" },
    ],
    [
      "web and the project's scripts named worker and release",
      { "pyproject.toml": '[project.scripts]\nworker = "a:b"\nrelease = "a:c"\nx = "a:d"', "app.py": flask },
      "worker release flask gunicorn",
      { release: "with-signals release", worker: "with-signals worker", web: "gunicorn app:app" },
    ],
    [
      "web and a worker for an app of Celery",
      { "app.py": flask, "shop/__init__.py": "", "shop/celery.py": "import celery\nqueue = celery.Celery()" },
      "flask gunicorn celery",
      { worker: "celery --app shop.celery:queue worker --loglevel INFO", web: "gunicorn app:app" },
    ],
  ])("are %s", async ([, app, packages, expected]) => {
    expect((await built(app, packages)).commands).toEqual(expected);
  });

  test("have PORT and the environment variables that precede their commands", async () => {
    const { layers } = await built({ Procfile: "web: A=1 B='c d' gunicorn x:y" }, "gunicorn");
    const env = Object.entries(layers).filter(([name]) => name.includes("env.launch"));
    expect(Object.fromEntries(env)).toEqual({
      "start/env.launch/PORT.default": "8080",
      "start/env.launch/web/A.override": "1",
      "start/env.launch/web/B.override": "c d",
    });
  });
});
