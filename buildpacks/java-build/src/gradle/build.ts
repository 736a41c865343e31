import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { inDir } from "@libcnb/app-kit/folders";
import type { Outcome, Work } from "../build-tool.ts";
import { buildFailure } from "../failures/failure.ts";
import { isShownOfGradle } from "../failures/shown-output.ts";
import { shownCommand } from "../shown-command.ts";
import { type GradleFiles, gradleArguments, isOffline } from "./arguments.ts";
import { reportFolder } from "./environment.ts";
import { withHome } from "./home.ts";
import { readBuildFiles } from "./modules.ts";
import { outcomeOf } from "./outcome.ts";
import { type GradleBinding, gradleBinding } from "./properties.ts";
import { proxyProperties } from "./proxy.ts";
import { reportScript } from "./report-script.ts";

/** Runs Gradle, and reads the reports of its projects. */
export async function buildProject(work: Work): Promise<Outcome> {
  const { home, project, run, tool, workDir } = work;
  const bindings = (await project.bindings.filter({ type: "gradle" })).map(gradleBinding);
  const files = await filesOf(work, bindings);
  const args = gradleArguments(project, tool, files);
  const { secrets } = project;
  const file = project.settings.BP_GRADLE_BUILD_FILE || undefined;
  const [program, ...first] = tool.command;
  const options = { secrets, shownAs: shownCommand("gradle", args, work), shows: isShownOfGradle() };
  const bound = bindings.map(({ properties }) => properties).join("\n");
  await withHome(work, `${bound}\n${proxyProperties(project.env, `${bound}\n${files.properties}`)}`.trim(), () =>
    runExplained(run, { command: [program, ...first, ...args], options }, (end) =>
      buildFailure("gradle", end, { file, isOffline: isOffline(args) }),
    ),
  );
  return outcomeOf(work, { report: reportFolder(workDir), home });
}

async function filesOf({ home, project, workDir }: Work, bindings: readonly GradleBinding[]): Promise<GradleFiles> {
  const { app, dir, settings } = project;
  await mkdir(reportFolder(workDir), { recursive: true });
  // always at the same place, where Gradle finds it compiled
  const own = await written(join(home, "libcnb-report.gradle"), reportScript);
  const bound = bindings.flatMap(({ name, scripts }) =>
    scripts.map(([file, text]) => written(join(workDir, `${name}-${file}`), text)),
  );
  const named = settings.BP_GRADLE_INIT_SCRIPT_PATH?.trim();
  const { texts } = await readBuildFiles(app, dir);
  return {
    scripts: [own, ...(await Promise.all(bound)), ...(named ? [app.path(inDir(dir, named))] : [])],
    properties: Object.entries(texts)
      .flatMap(([path, text]) => (path.endsWith("gradle.properties") ? [text] : []))
      .join("\n"),
  };
}

async function written(path: string, text: string): Promise<string> {
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
