import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, flask } from "./test-build.ts";

const django = (engine: string) =>
  `DATABASES = {"default": {"ENGINE": "django.db.backends.${engine}", "NAME": BASE_DIR / "db.sqlite3"}}\n`;
const warned = async (app: FileMap, env: Env = {}) =>
  (await built({ "app.py": flask, ...app }, undefined, env)).log.filter((line) => line.includes("BP_WRITABLE_PATHS="));

const rest = (directory: string) =>
  `in the app's own directory, which is read-only in the container. BP_WRITABLE_PATHS=${directory} makes the directory writable, but the files are lost with the container. To keep them, use a volume or a database server.`;

describe("the check for apps that write into their own directory", () => {
  test.for<[string, FileMap, string]>([
    [
      "warns about SQLite in Django's settings",
      { "shop/settings.py": django("sqlite3") },
      `shop/settings.py uses SQLite ${rest(".")}`,
    ],
    [
      "warns about SQLite in a package of Django's settings",
      { "shop/settings/base.py": django("sqlite3") },
      `shop/settings/base.py uses SQLite ${rest(".")}`,
    ],
    [
      "warns about SQLite in the configuration of Flask",
      { "config.py": 'SQLALCHEMY_DATABASE_URI = "sqlite:///shop.db"\n' },
      `config.py uses SQLite ${rest("instance")}`,
    ],
    [
      "warns about SQLite with SQLAlchemy",
      { "api/database.py": 'engine = create_engine("sqlite:///./shop.db")\n' },
      `api/database.py uses SQLite ${rest(".")}`,
    ],
    [
      "warns about Flask's instance folder",
      { "shop/__init__.py": "os.makedirs(app.instance_path, exist_ok=True)\n" },
      `shop/__init__.py uses Flask's instance folder ${rest("instance")}`,
    ],
  ])("%s", async ([, app, line]) => expect(await warned(app)).toEqual([expect.stringContaining(line)]));

  test.for<[string, FileMap, Env]>([
    ["a database other than SQLite", { "shop/settings.py": django("postgresql") }, {}],
    [
      "a database in DATABASE_URL",
      { "shop/settings.py": `${django("sqlite3")}if "DATABASE_URL" in os.environ: pass\n` },
      {},
    ],
    ["a database in memory", { "db.py": 'create_engine("sqlite:///:memory:")\n' }, {}],
    ["a database in another directory", { "db.py": 'create_engine("sqlite:////data/shop.db")\n' }, {}],
    ["SQLite in a comment", { "shop/settings.py": `# ${django("sqlite3")}` }, {}],
    [
      "a directory in BP_WRITABLE_PATHS",
      { "shop/settings.py": django("sqlite3"), "db.sqlite3": "" },
      { BP_WRITABLE_PATHS: "." },
    ],
  ])("does not warn about %s", async ([, app, env]) => expect(await warned(app, env)).toEqual([]));
});

test("BP_WRITABLE_PATHS makes paths group-writable", async () => {
  const { log } = await built({ "app.py": flask }, undefined, { BP_WRITABLE_PATHS: "instance, ." });
  expect(log.filter((line) => line.startsWith("The app may write"))).toEqual([
    "The app may write to instance (BP_WRITABLE_PATHS)",
    "The app may write to . (BP_WRITABLE_PATHS)",
  ]);
});
