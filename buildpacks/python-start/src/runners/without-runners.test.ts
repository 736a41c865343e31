import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built } from "../test-build.ts";

const packages = "gunicorn uvicorn alembic shop";

/** The start of `web`, and the log message about it. */
async function started(command: string, files: FileMap = {}) {
  const { lines } = await built({ Procfile: `web: ${command}`, "main.py": "", ...files }, packages);
  const [first = "", , ...warnings] = lines;
  return [first.replace(/^Starting the app with "|"$/g, ""), ...warnings];
}

describe("the package manager is removed from the start command in", () => {
  test.for<[string, string]>([
    ["uv run gunicorn app:app", "gunicorn app:app"],
    ["uv run --no-sync --no-dev gunicorn app:app --bind :$PORT", "gunicorn app:app --bind :$PORT"],
    ["uv run --group web --extra=x -p 3.14 -- gunicorn app:app", "gunicorn app:app"],
    ["uv --quiet --project api run gunicorn app:app", "gunicorn app:app"],
    ["~/.local/bin/uv run gunicorn app:app", "gunicorn app:app"],
    ["uv run main.py --port $PORT", "python main.py --port $PORT"],
    ["uv run python -u main.py", "python -u main.py"],
    ["uv run -m shop.web 'a b'", "python -m shop.web 'a b'"],
    ["uv run --script main.py", "python main.py"],
    ["uv run shop", "shop"],
    ["uv run ./start.sh", "./start.sh"],
    ["uv run --with gunicorn,uvicorn[standard]>=0.3 gunicorn app:app", "gunicorn app:app"],
    ["uv run --directory api gunicorn app:app", "cd api && gunicorn app:app"],
    ["uvx --from gunicorn gunicorn app:app", "gunicorn app:app"],
    ["uv tool run gunicorn app:app", "gunicorn app:app"],
    ["poetry run gunicorn app:app", "gunicorn app:app"],
    ["poetry -n -C 'my api' run gunicorn app:app", "cd 'my api' && gunicorn app:app"],
    ["pipenv run gunicorn app:app", "gunicorn app:app"],
    ["pdm run -v gunicorn app:app", "gunicorn app:app"],
    ["pdm run main.py", "python main.py"],
    ["A=1 exec uv run gunicorn app:app", "A=1 exec gunicorn app:app"],
    ["uv run alembic upgrade head && exec uv run gunicorn app:app", "alembic upgrade head && exec gunicorn app:app"],
    [
      "cd api; poetry run alembic upgrade head || true; poetry run gunicorn 'a b'",
      "cd api; alembic upgrade head || true; gunicorn 'a b'",
    ],
    [
      "uv run --directory api alembic upgrade head && uv run gunicorn app:app",
      "(cd api && alembic upgrade head) && gunicorn app:app",
    ],
  ])("%j", async ([command, line]) => {
    expect(await started(command)).toEqual([line]);
  });

  test("uv run with a directory that has a __main__.py", async () => {
    expect(await started("uv run shop/", { "shop/__main__.py": "" })).toEqual(["python shop/"]);
  });

  test("BP_PYTHON_START and in the commands of other processes", async () => {
    const { commands, lines } = await built({ Procfile: "web: x\nclock: uv run main.py", "main.py": "" }, packages, {
      BP_PYTHON_START: "uv run gunicorn app:app",
    });
    expect(commands).toEqual({ clock: "with-signals python main.py", web: "gunicorn app:app" });
    const why = `started without "uv run", because the programs of the app's packages are in PATH`;
    expect(lines).toEqual([
      'Starting the app with "gunicorn app:app"',
      `Chosen because of BP_PYTHON_START; ${why}`,
      'Process clock: "python main.py"',
      `Chosen because of clock in Procfile; ${why}`,
    ]);
  });
});

describe("scripts of the app that a package manager would run are", () => {
  const pipfile = `[scripts]
web = "gunicorn app:app --bind :$PORT"
more = ["alembic upgrade head", "gunicorn app:app"]
call = { call = "shop.main:run('x')" }
again = "pipenv run web"
circle = "pipenv run circle"
table = { cmd = "x" }
`;
  const pdm = `[tool.pdm.scripts]
_.env = { LEVEL = "info" }
web = "gunicorn\\n  app:app"
list = { cmd = ["gunicorn", "app:app", "--name", "my shop", "--bind", ":$PORT"], env = { A = "b c" } }
shell = { shell = "alembic upgrade head && gunicorn app:app" }
call = { call = "shop.main:run" }
dir = { cmd = "gunicorn app:app", working_dir = "api", env_file = ".env" }
args = "gunicorn {args}"
all = { composite = ["web", "list"] }
hooked = "gunicorn app:app"
pre_hooked = "alembic upgrade head"
`;
  const poetry = `[tool.poetry.scripts]
serve = "my_shop.main:run"
shop = "my_shop.main:run"
`;

  test.for<[string, FileMap, readonly string[]]>([
    ["pipenv run web -w 2", { Pipfile: pipfile }, ["gunicorn app:app --bind :$PORT -w 2"]],
    ["pipenv run more", { Pipfile: pipfile }, ["alembic upgrade head && gunicorn app:app"]],
    ["date; pipenv run more", { Pipfile: pipfile }, ["date; (alembic upgrade head && gunicorn app:app)"]],
    [
      "pipenv run call",
      { Pipfile: pipfile },
      [`python -c 'import sys, shop.main as app; sys.exit(app.run('\\''x'\\''))'`],
    ],
    ["pipenv run again", { Pipfile: pipfile }, ["gunicorn app:app --bind :$PORT"]],
    [
      "pipenv run gunicorn app:app",
      { ".env": "A=1" },
      ["gunicorn app:app", "The app starts without reading .env: set its environment variables for the container."],
    ],
    ["pdm run web", { "pyproject.toml": pdm }, ["env LEVEL=info gunicorn app:app"]],
    ["pdm web", { "pyproject.toml": pdm }, ["env LEVEL=info gunicorn app:app"]],
    [
      "pdm run list",
      { "pyproject.toml": pdm },
      [`env LEVEL=info A='b c' gunicorn app:app --name 'my shop' --bind ":$PORT"`],
    ],
    [
      "pdm run call",
      { "pyproject.toml": pdm },
      [`env LEVEL=info python -c 'import sys, shop.main as app; sys.exit(app.run())'`],
    ],
    [
      "pdm run dir",
      { "pyproject.toml": pdm },
      [
        "cd api && env LEVEL=info gunicorn app:app",
        "The app starts without reading the env_file of dir: set its environment variables for the container.",
      ],
    ],
    [
      "poetry run serve --fast",
      { "pyproject.toml": poetry },
      [`python -c 'import sys; sys.path.append("src"); from my_shop.main import run; sys.exit(run())' --fast`],
    ],
    ["poetry run shop", { "pyproject.toml": poetry }, ["shop"]],
    [
      "uv run --env-file .env shop",
      {},
      ["shop", "The app starts without reading .env: set its environment variables for the container."],
    ],
  ])("replaced by their commands in the start command %j", async ([command, files, expected]) => {
    expect(await started(command, files)).toEqual(expected);
  });

  const itself = "so it cannot run without its tool";
  test.for<[string, FileMap, string]>([
    ["pipenv run table", { Pipfile: pipfile }, `the script table in [scripts] of Pipfile is not a command, ${itself}`],
    ["pipenv run circle", { Pipfile: pipfile }, "pipenv run runs scripts that call one another in a loop"],
    [
      "pipenv run a",
      {
        Pipfile: `[scripts]\na = [${'"pipenv run b",'.repeat(100)}]\nb = [${'"pipenv run web",'.repeat(100)}]\nweb = "x"\n`,
      },
      "pipenv run runs scripts that call one another in a loop",
    ],
    ["A=1 pipenv run more", { Pipfile: pipfile }, "pipenv runs more than one command"],
    [
      "pdm run args",
      { "pyproject.toml": pdm },
      `the script args in [tool.pdm.scripts] is more than one command, ${itself}`,
    ],
    [
      "pdm run all",
      { "pyproject.toml": pdm },
      `the script all in [tool.pdm.scripts] is more than one command, ${itself}`,
    ],
    [
      "pdm run hooked",
      { "pyproject.toml": pdm },
      `the script hooked in [tool.pdm.scripts] has the hook pre_hooked, ${itself}`,
    ],
  ])(
    "refused in the start command %j if they cannot run without the package manager",
    async ([command, files, obstacle]) => {
      await expect(started(command, files)).rejects.toMatchObject({
        code: "PYTHON_PROGRAM_MISSING",
        message: `web in Procfile is "${command}": ${obstacle}`,
      });
    },
  );
});

describe("a start command that needs a package manager", () => {
  const packagesHint = (words: string) =>
    `Remove "${words}": the build installs the packages, and their programs are in PATH.`;
  const missing = (name: string) =>
    `Add the package that provides ${name} to the app's dependencies, not to the development dependencies. A script of the project itself is installed if pyproject.toml has a [build-system].`;
  const inImage = (title: string) => `the image contains the packages that ${title} installed, but not ${title} itself`;

  test.for<[string, string, string]>([
    ["uv sync && uv run gunicorn app:app", inImage("uv"), packagesHint("uv sync")],
    ["poetry install --only main; x", inImage("Poetry"), packagesHint("poetry install --only")],
    [
      "pip install -r requirements.txt && gunicorn x:y",
      "the image does not contain pip",
      packagesHint("pip install -r"),
    ],
    ["python -m pip install . && gunicorn x:y", "the image does not contain pip", packagesHint("python -m pip")],
    ["hatch run serve", "the image does not contain hatch", packagesHint("hatch run serve")],
    ["uv run", "uv run names no program", "Write the program that starts the app, such as gunicorn shop:app."],
    ["uv run shop-web run", "the virtual environment has no program shop-web", missing("shop-web")],
    ["poetry run main.py", "the virtual environment has no program main.py", missing("main.py")],
    [
      "uv run --with flask gunicorn x:y",
      "uv run would install flask when the app starts, but the image contains only packages that the build installed",
      "Add flask to the app's dependencies: uv add flask",
    ],
  ])("such as %j is refused with a hint", async ([command, obstacle, hint]) => {
    await expect(started(command)).rejects.toMatchObject({
      code: "PYTHON_PROGRAM_MISSING",
      message: `web in Procfile is "${command}": ${obstacle}`,
      hint,
    });
  });

  test("only causes a warning if it belongs to a process other than web", async () => {
    const { lines, commands } = await built(
      { Procfile: "release: poetry run shop-db upgrade", "main.py": "" },
      packages,
    );
    expect(commands).toEqual({ release: "with-signals poetry run shop-db upgrade" });
    expect(lines.slice(2)).toEqual([
      `release in Procfile is "poetry run shop-db upgrade": the virtual environment has no program shop-db, so the process release cannot start. ${missing("shop-db")}`,
    ]);
  });

  test("only causes a warning if the package manager is inside a quoted argument", async () => {
    expect(await started("sh -c 'uv run gunicorn x:y'")).toEqual([
      "sh -c 'uv run gunicorn x:y'",
      'web in Procfile runs "uv run", but this tool is not in the image. Remove "uv run" from the command.',
    ]);
  });
});

test("an installed package manager stays in a start command that needs it", async () => {
  const app = { Procfile: "web: uv run --with flask gunicorn x:y\nclock: uv run gunicorn x:y", "main.py": "" };
  expect((await built(app, "uv gunicorn")).commands).toEqual({
    web: "with-signals uv run --with flask gunicorn x:y",
    clock: "gunicorn x:y",
  });
});
