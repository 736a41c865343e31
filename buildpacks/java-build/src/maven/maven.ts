import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { plainOutput, runExplained } from "libcnb/kit";
import type { BuildTool, Outcome, Project, Work } from "../build-tool.ts";
import { shownCommand } from "../command-line.ts";
import { buildFailure, isShownOfMaven } from "../failures/failure.ts";
import { isOffline, type MavenFiles, mavenArguments, textsOf } from "./command.ts";
import { provideMaven } from "./distribution.ts";
import { outcomeOf } from "./outcome.ts";
import { pomsOf } from "./poms.ts";
import { pomFileOf, readProject } from "./project.ts";
import { compiledReport, compileReport } from "./report.ts";
import { mavenSettings, proxySettings } from "./settings.ts";

/**
 * The {@link BuildTool} for Apache Maven. Maven comes from the project's wrapper or from the
 * inventory.
 */
export const maven: BuildTool = {
  name: "maven",
  title: "Maven",
  read: readProject,
  provide: provideMaven,
  environment: ({ home, project }) => ({
    MAVEN_USER_HOME: home, // what a wrapper downloads that is run itself is kept, too
    MAVEN_OPTS: [...quick(project), project.env.MAVEN_OPTS ?? ""].join(" ").trim(),
  }),
  build: buildProject,
};

/**
 * Most of a build is the start of Maven and its plugins: the compiler of the virtual machine that makes code good in the long run costs as
 * much as all the rest, and pays in projects of many modules.
 */
const quick = ({ outputs }: Project): readonly string[] => (outputs.length <= 10 ? ["-XX:TieredStopAtLevel=1"] : []);

/** Runs Maven, and reads its extension's report. */
async function buildProject(work: Work): Promise<Outcome> {
  const { project, run, workDir } = work;
  const { dir, secrets } = project;
  const pom = await pomFileOf(project);
  const file = relative(dir, pom);
  const report = join(workDir, "report.json");
  const args = mavenArguments(work, file, await filesOf(work, pom, report));
  const [program, ...first] = work.tool.command;
  const options = {
    secrets,
    shownAs: shownCommand(program === "sh" ? "./mvnw" : "mvn", args, work),
    filterLog: isShownOfMaven(),
  };
  await runExplained(run, { command: [program, ...first, ...args], options }, (end) =>
    buildFailure("maven", end, { file, isOffline: isOffline(args) }),
  );
  return outcomeOf(project, report);
}

async function filesOf(work: Work, pom: string, file: string): Promise<MavenFiles> {
  const { project, workDir } = work;
  const { app, dir, settings } = project;
  const own = await mavenSettings(project, settings);
  const written = async (name: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    await writeFile(join(workDir, name), text, { mode: 0o600 });
    return join(workDir, name);
  };
  const extension = await extensionFor(work);
  const config = app.path(inDir(dir, ".mvn/maven.config"));
  return {
    report: extension === undefined ? undefined : { extension, file },
    settings: own?.path === undefined ? await written("settings.xml", own?.text) : app.path(own.path),
    globalSettings: await written("global-settings.xml", proxySettings(project.env, work.tool.version)),
    security: await written("settings-security.xml", own?.security),
    texts: [...textsOf(await pomsOf(app, pom)), existsSync(config) ? await readFile(config, "utf8") : ""],
  };
}

/** Compiled with the Maven; of a wrapper that is run itself only now it can be known which Maven that is. */
async function extensionFor(work: Work): Promise<string | undefined> {
  const { buildpackDir, log, project, run, tool, workDir } = work;
  const [program] = tool.command;
  if (program !== "sh") return compiledReport(join(layerOf(program), "report"));
  await makeRunnable(project.app.path(inDir(project.dir, "mvnw")));
  const { stdout } = await run(program, [...tool.command.slice(1), "--version"], { output: "capture" });
  const maven = /^Maven home: (.+?)\r?$/m.exec(plainOutput(stdout))?.[1];
  if (maven === undefined) return undefined;
  await compileReport({ run, log }, { buildpackDir, maven, jdk: project.jdk.home, to: join(workDir, "report") });
  return compiledReport(join(workDir, "report"));
}

/** `<layer>/maven/bin/mvn`, `<layer>/maven/mvn/bin/mvn` */
const layerOf = (program: string): string => {
  const home = dirname(dirname(program));
  return dirname(home.endsWith("/maven") ? home : dirname(home));
};

/** A script with the line ends of Windows is none to a shell. */
async function makeRunnable(script: string): Promise<void> {
  const text = await readFile(script, "utf8");
  if (text.includes("\r\n")) await writeFile(script, text.replaceAll("\r\n", "\n"));
}
