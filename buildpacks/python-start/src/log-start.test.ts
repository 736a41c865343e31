import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, fastapi, flask } from "./test-build.ts";

describe("the log of a Python app's build shows", () => {
  test("the start command, its reason, and how to change it", async () => {
    expect((await built({ "app.py": flask }, "flask gunicorn")).lines).toEqual([
      'Starting the app with "gunicorn app:app"',
      "Chosen because of app in app.py, a Flask app, and the server gunicorn; to start something else, write the command after web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app",
    ]);
  });

  test.for<[string, FileMap, string, readonly string[]]>([
    [
      "a warning about a development server",
      { "app.py": flask },
      "flask",
      [
        "flask run is a development server: slow and not secure. To start the app with gunicorn, add it to the app's dependencies.",
      ],
    ],
    [
      "a warning about an app that was found but cannot be started",
      { "app.py": flask, "main.py": fastapi },
      "flask gunicorn",
      [
        "Skipped: found app in main.py, a FastAPI app, but fastapi is not installed. Add the package of fastapi to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).",
      ],
    ],
    [
      "a warning about a malformed line of a Procfile",
      { Procfile: "web gunicorn\nweb: gunicorn app:app", "app.py": flask },
      "flask gunicorn",
      ['line 1 of Procfile is ignored: it does not have the form "web: command"'],
    ],
    [
      "a warning about an object that the module does not have",
      { Procfile: "web: gunicorn app:application", "app.py": flask },
      "flask gunicorn",
      ["web in Procfile serves application of app.py, but this file does not define application (it defines app)."],
    ],
    [
      "a warning about a file that does not exist",
      { Procfile: "web: python server.py", "app.py": "" },
      "x",
      ["web in Procfile runs server.py, which the app does not have. Check the path: it is relative to the app."],
    ],
    [
      "a warning about a server without an address",
      { Procfile: "web: uvicorn main:app", "main.py": fastapi },
      "fastapi uvicorn",
      [
        "web in Procfile runs uvicorn without an address: it is not reachable from outside of the container. Add --host 0.0.0.0 --port $PORT, or the options of uvicorn for these values.",
      ],
    ],
    [
      "a warning about a server that listens on 127.0.0.1",
      { Procfile: "web: gunicorn --bind 127.0.0.1:8000 app:app", "app.py": flask },
      "flask gunicorn",
      [
        "web in Procfile runs gunicorn at 127.0.0.1: it is not reachable from outside of the container. Use 0.0.0.0 and $PORT instead.",
      ],
    ],
    [
      "a warning about a server that listens on localhost",
      { Procfile: "web: uvicorn --host=localhost main:app", "main.py": fastapi },
      "fastapi uvicorn",
      [
        "web in Procfile runs uvicorn at localhost: it is not reachable from outside of the container. Use 0.0.0.0 and $PORT instead.",
      ],
    ],
    [
      "no warning about 127.0.0.1 in another option",
      { Procfile: "web: gunicorn --forwarded-allow-ips 127.0.0.1 --bind :$PORT app:app", "app.py": flask },
      "flask gunicorn",
      [],
    ],
    [
      "no warning about a server that listens on all addresses too",
      { Procfile: "web: gunicorn --bind 127.0.0.1:9000 --bind [::]:$PORT app:app", "app.py": flask },
      "flask gunicorn",
      [],
    ],
    [
      "a warning about a process whose program is not installed",
      { Procfile: "web: gunicorn app:app\nworker: celery worker", "app.py": flask },
      "flask gunicorn",
      [
        "the start command runs celery, which is not installed, so the process worker cannot start. Add celery to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).",
      ],
    ],
  ])("%s", async ([, app, packages, warnings]) => {
    const { log } = await built(app, packages);
    expect(log.filter((line) => !/^(Starting the app|Process|Chosen because|\d+ settings? ha)/.test(line))).toEqual(
      warnings,
    );
  });
});
