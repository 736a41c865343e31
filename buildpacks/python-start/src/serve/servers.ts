import type { ServedObject } from "../app/find-object.ts";
import type { InstalledPackages } from "../app/installed.ts";
import type { Interface } from "../app/web-objects.ts";

/** A web server that serves an app object. */
export interface Server {
  /** The name of the package to install, which is also the name of the program. */
  readonly name: string;
  readonly program: string;
  readonly interfaces: readonly Interface[];
  /**
   * Returns the shell line that serves an object; `undefined` if that is not possible with the
   * installed packages.
   */
  command(served: ServedObject, installed: InstalledPackages): Promise<string | undefined>;
}

const target = ({ module, name }: ServedObject): string => `${module}:${name}`;
/** A factory as a call, quoted for shells. */
const called = (served: ServedObject): string => (served.isFactory ? `'${target(served)}()'` : target(served));

/** Returns gunicorn's worker for ASGI. uvicorn's is the proven one. gunicorn has its own worker since version 24. */
async function asgiWorker(installed: InstalledPackages): Promise<string | undefined> {
  const workers = [
    ["uvicorn_worker", "uvicorn_worker.UvicornWorker"],
    ["uvicorn.workers", "uvicorn.workers.UvicornWorker"],
    ["gunicorn.workers.gasgi", "asgi"],
  ] as const;
  for (const [module, worker] of workers) if (await installed.module(module)) return worker;
  return undefined;
}

/** All known servers, most preferred first. */
export const servers: readonly Server[] = [
  {
    name: "gunicorn",
    program: "gunicorn",
    interfaces: ["wsgi", "asgi"],
    // it binds 0.0.0.0:$PORT by itself where there is a PORT, and takes WEB_CONCURRENCY
    async command(served, installed) {
      if (served.interface === "wsgi") return `gunicorn ${called(served)}`;
      const worker = await asgiWorker(installed);
      return worker && `gunicorn --worker-class ${worker} ${called(served)}`;
    },
  },
  {
    name: "uvicorn",
    program: "uvicorn",
    interfaces: ["asgi"],
    command: async (served) =>
      `uvicorn${served.isFactory ? " --factory" : ""} ${target(served)} --host 0.0.0.0 --port $PORT`,
  },
  {
    name: "hypercorn",
    program: "hypercorn",
    interfaces: ["asgi", "wsgi"],
    command: async (served) =>
      `hypercorn --bind 0.0.0.0:$PORT --workers \${WEB_CONCURRENCY:-1} ${hypercornTarget(served)}`,
  },
  {
    name: "granian",
    program: "granian",
    interfaces: ["asgi", "wsgi"],
    command: async (served) =>
      `granian --interface ${served.interface} --host 0.0.0.0 --port $PORT --workers \${WEB_CONCURRENCY:-1}${served.isFactory ? " --factory" : ""} ${target(served)}`,
  },
  {
    name: "daphne",
    program: "daphne",
    interfaces: ["asgi"],
    command: async (served) => (served.isFactory ? undefined : `daphne --bind 0.0.0.0 --port $PORT ${target(served)}`),
  },
  {
    name: "uwsgi",
    program: "uwsgi",
    interfaces: ["wsgi"],
    command: async (served) =>
      served.isFactory
        ? undefined
        : `uwsgi --http-socket 0.0.0.0:$PORT --master --die-on-term --need-app --enable-threads --processes \${WEB_CONCURRENCY:-1} --module ${target(served)}`,
  },
  {
    name: "waitress",
    program: "waitress-serve",
    interfaces: ["wsgi"],
    command: async (served) =>
      `waitress-serve --host 0.0.0.0 --port $PORT${served.isFactory ? " --call" : ""} ${target(served)}`,
  },
];

/** The mode is given, so that hypercorn need not guess it. Factories are identified by their result. */
const hypercornTarget = (served: ServedObject): string =>
  served.isFactory ? `'${served.interface}:${target(served)}()'` : `${served.interface}:${target(served)}`;
