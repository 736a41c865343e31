import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readInventory } from "libcnb/standalone";
import { lineOf, requirementsText, type ToolWheel } from "../src/tool/wheels.ts";
import { lock, withUv } from "./lock.ts";
import { command, type Locks, refreshed, written } from "./releases.ts";
import { runUpdater } from "./run-updater.ts";

const buildpacks = join(import.meta.dirname, "../..");

await runUpdater({
  command,
  about:
    "Locks the newest uv, Poetry, Pipenv and PDM with all that they need, by the uv that is locked now, from the index of pip and uv.",
  flags: {
    python: { value: "program", about: "a Python with pip and venv, 3.11 or newer", default: "python3" },
  },
  file: join(buildpacks, "python-packages/buildpack.toml"),
  refresh: async (before, { python = "python3" }) => {
    const lines = await supportedLines();
    return withUv(python, requirementsText(ownUv(before, lines)), (uv) =>
      refreshed(before, lines, ((requirement, target) => lock({ uv, python }, requirement, target)) satisfies Locks),
    );
  },
});

/** The lines of Python that this family installs. */
async function supportedLines(): Promise<readonly string[]> {
  const file = join(buildpacks, "python-engine/buildpack.toml");
  const { releases } = readInventory(await readFile(file, "utf8"), file);
  return [...new Set(releases.map(({ version }) => lineOf(version)))];
}

/** The wheel of uv for this machine. */
function ownUv(text: string, lines: readonly string[]): readonly ToolWheel[] {
  const machine = process.arch === "arm64" ? "arm64" : "amd64";
  const isOwn = ({ tool, arch, python }: ToolWheel) =>
    tool === "uv" && arch === machine && python.includes(lines.at(-1) ?? "");
  return written(text).filter(isOwn);
}
