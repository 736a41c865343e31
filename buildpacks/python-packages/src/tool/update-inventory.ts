import { join } from "node:path";
import { runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { lock, withUv } from "./lock.ts";
import { type Locks, lockedNames, refreshed } from "./refresh.ts";

const folder = join(import.meta.dirname, "..");

await runUpdater({
  command: "npm run inventory:python-tools",
  about:
    "Locks the newest uv, Poetry, Pipenv and PDM with all that they need, by the uv that is locked now, from the index of pip and uv.",
  flags: {
    python: { value: "program", about: "a Python with pip and venv", default: "python3" },
  },
  file: lockedNames.map((name) => join(folder, name, "requirements.txt")),
  refresh: (texts, { python = "python3" }) =>
    withUv(python, texts[lockedNames.indexOf("uv")] ?? "", (uv) =>
      refreshed(texts, ((requirement) => lock(uv, requirement)) satisfies Locks),
    ),
});
