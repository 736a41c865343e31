import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, fastapi, flask } from "./test-build.ts";

describe("the log shows", () => {
  test("the command, its reason, and how to change it", async () => {
    expect((await built({ "app.py": flask }, "flask gunicorn")).lines).toEqual([
      'Starting the app with "gunicorn app:app"',
      "Chosen because of app in app.py, a Flask app, and the server gunicorn; write another command behind web: in a Procfile, or set BP_PYTHON_APP to another object, such as shop.main:app",
    ]);
  });

  test.for<[string, FileMap, string, readonly string[]]>([
    [
      "a server for development",
      { "app.py": flask },
      "flask",
      [
        "flask run is a server for development: slow, and not made to be safe. Add gunicorn to the app's dependencies, and the app is started with that.",
      ],
    ],
    [
      "what was found and could not be started",
      { "app.py": flask, "main.py": fastapi },
      "flask gunicorn",
      [
        "Passed over: there is app in main.py, a FastAPI app, but fastapi is not installed. Add the package of fastapi to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).",
      ],
    ],
    [
      "lines of a Procfile that are of no use",
      { Procfile: "web gunicorn\nweb: gunicorn app:app", "app.py": flask },
      "flask gunicorn",
      ['line 1 of Procfile is ignored: it is not of the form "web: command"'],
    ],
    [
      "an object that the module does not have",
      { Procfile: "web: gunicorn app:application", "app.py": flask },
      "flask gunicorn",
      ["web in Procfile serves application of app.py, which has no such name (it has app)."],
    ],
    [
      "a file that is not there",
      { Procfile: "web: python server.py", "app.py": "" },
      "x",
      ["web in Procfile runs server.py, which the app does not have. Check the path: it is relative to the app."],
    ],
    [
      "a server that nobody reaches",
      { Procfile: "web: uvicorn main:app", "main.py": fastapi },
      "fastapi uvicorn",
      [
        "web in Procfile runs uvicorn without an address: it can be reached from within the container only. Add --host 0.0.0.0 --port $PORT, or what uvicorn calls these.",
      ],
    ],
    [
      "a server that listens for itself",
      { Procfile: "web: gunicorn --bind 127.0.0.1:8000 app:app", "app.py": flask },
      "flask gunicorn",
      [
        "web in Procfile runs gunicorn at 127.0.0.1: it can be reached from within the container only. Write 0.0.0.0 and $PORT instead.",
      ],
    ],
    [
      "a server that listens for itself by a name",
      { Procfile: "web: uvicorn --host=localhost main:app", "main.py": fastapi },
      "fastapi uvicorn",
      [
        "web in Procfile runs uvicorn at localhost: it can be reached from within the container only. Write 0.0.0.0 and $PORT instead.",
      ],
    ],
    [
      "no address that is of something else",
      { Procfile: "web: gunicorn --forwarded-allow-ips 127.0.0.1 --bind :$PORT app:app", "app.py": flask },
      "flask gunicorn",
      [],
    ],
    [
      "no server that listens everywhere, too",
      { Procfile: "web: gunicorn --bind 127.0.0.1:9000 --bind [::]:$PORT app:app", "app.py": flask },
      "flask gunicorn",
      [],
    ],
    [
      "a process that cannot start",
      { Procfile: "web: gunicorn app:app\nworker: celery worker", "app.py": flask },
      "flask gunicorn",
      [
        "celery is to start the app, but it is not installed: the process worker cannot start. Add celery to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).",
      ],
    ],
  ])("warnings about %s", async ([, app, packages, warnings]) => {
    const { log } = await built(app, packages);
    expect(log.filter((line) => !/^(Starting the app|Process|Chosen because|\d+ settings? ha)/.test(line))).toEqual(
      warnings,
    );
  });
});
