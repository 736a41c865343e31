import { globSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import type { Artifact, Outcome, Work } from "../build-tool.ts";
import { artifactsOf } from "./artifacts.ts";
import { moduleOf } from "./graph.ts";
import { readReports } from "./report.ts";

/** Gradle's artifacts as reported by its projects; from the default paths if there are no reports. */
export function outcomeOf(
  { project, log }: Work,
  { report, home }: { readonly report: string; readonly home: string },
): Outcome {
  const app = realpathSync(project.app.dir);
  const root = join(app, project.dir);
  const { projects, errors } = readReports(report);
  for (const error of errors) log.debug(`Gradle could not report what it builds: ${error}`);
  if (errors.length > 0 || projects.length === 0)
    return { artifacts: inUsualDirectories(app, project.outputs), graph: undefined };
  return {
    artifacts: projects.flatMap((each) => artifactsOf(app, root, each)),
    graph: { modules: projects.map((each) => moduleOf(root, home, each)) },
  };
}

function inUsualDirectories(app: string, outputs: readonly string[]): readonly Artifact[] {
  const folders = outputs.filter((path) => /(?:^|\/)build$/.test(path));
  return folders.flatMap((folder) =>
    globSync("libs/*.{jar,war}", { cwd: join(app, folder) })
      .filter((name) => !/-(?:sources|javadoc|tests|plain)\.jar$/.test(name))
      .toSorted()
      .map(
        (name) =>
          ({
            path: relative(app, join(app, folder, name)),
            kind: "archive",
            module: folder.replace(/\/?build$/, ""),
          }) as const,
      ),
  );
}
