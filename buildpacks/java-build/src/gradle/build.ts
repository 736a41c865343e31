import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { inDir } from "@libcnb/app-kit/folders";
import type { Outcome, Work } from "../build-tool.ts";
import { buildFailure } from "../failures/failure.ts";
import { type GradleFiles, gradleArguments, isOffline } from "./arguments.ts";
import { withHome } from "./home.ts";
import { readBuildFiles } from "./modules.ts";
import { outcomeOf } from "./outcome.ts";
import { type GradleBinding, gradleBinding } from "./properties.ts";
import { proxyProperties } from "./proxy.ts";
import { reportScript } from "./report-script.ts";

/** Runs Gradle, and reads what its projects report. */
export async function buildProject(work: Work): Promise<Outcome> {
  const { home, project, run, tool } = work;
  const bindings = (await project.bindings.filter({ type: "gradle" })).map(gradleBinding);
  const files = await filesOf(work, bindings);
  const args = gradleArguments(project, tool, files);
  const { secrets } = project;
  const file = project.settings.BP_GRADLE_BUILD_FILE || undefined;
  const [program, ...first] = tool.command;
  const bound = bindings.map(({ properties }) => properties).join("\n");
  await withHome(work, `${bound}\n${proxyProperties(project.env, `${bound}\n${files.properties}`)}`.trim(), () =>
    runExplained(run, { command: [program, ...first, ...args], options: { secrets, shows: isShown } }, (end) =>
      buildFailure("gradle", end, { file, secrets, isOffline: isOffline(args) }),
    ),
  );
  return outcomeOf(work, { report: files.report, home });
}

/** Old versions tell each file that they download, and all of them the tasks that report. */
const isShown = (line: string): boolean =>
  !/^Download(?:ing)? https?:|^Build cache is an incubating feature|^(?:> Task )?:(?:\S+:)?libcnbReport\b/.test(line);

async function filesOf({ project, workDir }: Work, bindings: readonly GradleBinding[]): Promise<GradleFiles> {
  const { app, dir, settings } = project;
  const report = join(workDir, "report");
  const scripts = join(workDir, "init");
  for (const folder of [report, scripts]) await mkdir(folder, { recursive: true });
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(scripts, name), text, { mode: 0o600 });
    return join(scripts, name);
  };
  const named = settings.BP_GRADLE_INIT_SCRIPT_PATH?.trim();
  const bound = bindings.flatMap(({ name, scripts }) =>
    scripts.map(([file, text]) => [`${name}-${file}`, text] as const),
  );
  const paths: string[] = [];
  for (const [name, text] of [["libcnb-report.gradle", reportScript] as const, ...bound])
    paths.push(await write(name, text));
  const { texts } = await readBuildFiles(app, dir);
  const properties = Object.entries(texts).flatMap(([path, text]) =>
    path.endsWith("gradle.properties") ? [text] : [],
  );
  return {
    scripts: [...paths, ...(named ? [app.path(inDir(dir, named))] : [])],
    report,
    properties: properties.join("\n"),
  };
}
