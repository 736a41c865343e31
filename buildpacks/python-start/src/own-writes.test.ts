import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, flask } from "./test-build.ts";

const django = (engine: string) =>
  `DATABASES = {"default": {"ENGINE": "django.db.backends.${engine}", "NAME": BASE_DIR / "db.sqlite3"}}\n`;
const warned = async (app: FileMap, env: Env = {}) =>
  (await built({ "app.py": flask, ...app }, undefined, env)).log.filter((line) => line.includes("BP_WRITABLE_PATHS="));

const rest = (directory: string) =>
  `in the app's own directory, which the app cannot write in the image. BP_WRITABLE_PATHS=${directory} lets it write there; what it writes is lost with the container. A volume or a database server keeps it.`;

describe("the build warns about an app that writes into its own directory", () => {
  test.for<[string, FileMap, string]>([
    ["SQLite of Django", { "shop/settings.py": django("sqlite3") }, `shop/settings.py uses SQLite ${rest(".")}`],
    [
      "SQLite of Django, in a package of settings",
      { "shop/settings/base.py": django("sqlite3") },
      `shop/settings/base.py uses SQLite ${rest(".")}`,
    ],
    [
      "SQLite of Flask",
      { "config.py": 'SQLALCHEMY_DATABASE_URI = "sqlite:///shop.db"\n' },
      `config.py uses SQLite ${rest("instance")}`,
    ],
    [
      "SQLite of SQLAlchemy",
      { "api/database.py": 'engine = create_engine("sqlite:///./shop.db")\n' },
      `api/database.py uses SQLite ${rest(".")}`,
    ],
    [
      "the instance folder",
      { "shop/__init__.py": "os.makedirs(app.instance_path, exist_ok=True)\n" },
      `shop/__init__.py uses Flask's instance folder ${rest("instance")}`,
    ],
  ])("%s", async ([, app, line]) => expect(await warned(app)).toEqual([expect.stringContaining(line)]));

  test.for<[string, FileMap, Env]>([
    ["another database", { "shop/settings.py": django("postgresql") }, {}],
    [
      "a database that a variable names",
      { "shop/settings.py": `${django("sqlite3")}if "DATABASE_URL" in os.environ: pass\n` },
      {},
    ],
    ["a database in memory", { "db.py": 'create_engine("sqlite:///:memory:")\n' }, {}],
    ["a database elsewhere", { "db.py": 'create_engine("sqlite:////data/shop.db")\n' }, {}],
    ["a comment", { "shop/settings.py": `# ${django("sqlite3")}` }, {}],
    ["the setting", { "shop/settings.py": django("sqlite3"), "db.sqlite3": "" }, { BP_WRITABLE_PATHS: "." }],
  ])("but not with %s", async ([, app, env]) => expect(await warned(app, env)).toEqual([]));
});

test("BP_WRITABLE_PATHS makes paths group-writable", async () => {
  const { log } = await built({ "app.py": flask }, undefined, { BP_WRITABLE_PATHS: "instance, ." });
  expect(log.filter((line) => line.startsWith("The app may write"))).toEqual([
    "The app may write to instance (BP_WRITABLE_PATHS)",
    "The app may write to . (BP_WRITABLE_PATHS)",
  ]);
});
