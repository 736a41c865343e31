import { globSync, realpathSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { decodedLogin } from "@libcnb/app-kit/addresses";
import { inDir } from "@libcnb/app-kit/folders";
import type { Env } from "libcnb";
import { runExplained } from "libcnb/kit";
import type { Artifact, BuildTool, Outcome, Work } from "../build-tool.ts";
import { shownCommand } from "../command-line.ts";
import { buildFailure, isShownOfGradle } from "../failures/failure.ts";
import { artifactsOf } from "./artifacts.ts";
import { type GradleFiles, gradleArguments, gradleEnvironment, isOffline, reportFolder } from "./command.ts";
import { provideGradle } from "./distribution.ts";
import { moduleOf } from "./graph.ts";
import { readBuildFiles } from "./modules.ts";
import { readProject } from "./project.ts";
import { type GradleBinding, gradleBinding } from "./properties.ts";
import { readReports } from "./report.ts";
import { reportScript } from "./report-script.ts";

/**
 * The {@link BuildTool} for Gradle. Gradle comes from the project's wrapper or from the inventory.
 */
export const gradle: BuildTool = {
  name: "gradle",
  title: "Gradle",
  read: readProject,
  provide: provideGradle,
  environment: gradleEnvironment,
  build: buildProject,
};

/** Runs Gradle, and reads the reports of its projects. */
async function buildProject(work: Work): Promise<Outcome> {
  const { home, project, run, tool, workDir } = work;
  const bindings = (await project.bindings.filter({ type: "gradle" })).map(gradleBinding);
  const files = await filesOf(work, bindings);
  const args = gradleArguments(project, tool, files);
  const { secrets } = project;
  const file = project.settings.BP_GRADLE_BUILD_FILE || undefined;
  const [program, ...first] = tool.command;
  const options = { secrets, shownAs: shownCommand("gradle", args, work), filterLog: isShownOfGradle() };
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

/**
 * Files in Gradle's home that are not downloads. Logs of its processes contain their environment.
 */
const leavings = ["daemon", "notifications", "workers", ".tmp"];
/**
 * Runs Gradle with properties in its cached home: their credentials are in a separate temporary
 * directory, and traces of the run are removed.
 *
 * @param properties text of `gradle.properties`; "" for none
 */
async function withHome<Result>(
  { home, workDir }: { readonly home: string; readonly workDir: string },
  properties: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const location = join(home, "gradle.properties");
  const clean = () =>
    Promise.all(
      ["gradle.properties", ...leavings].map((name) => rm(join(home, name), { recursive: true, force: true })),
    );
  await clean();
  try {
    if (properties !== "") {
      await writeFile(join(workDir, "gradle.properties"), properties, { mode: 0o600 });
      await symlink(join(workDir, "gradle.properties"), location);
    }
    return await run();
  } finally {
    await clean();
  }
}

/** Gradle's artifacts as reported by its projects; from the default paths if there are no reports. */
function outcomeOf(
  { project, log }: Work,
  { report, home }: { readonly report: string; readonly home: string },
): Outcome {
  const app = realpathSync(project.app.dir);
  const root = join(app, project.dir);
  const { projects, errors } = readReports(report);
  for (const error of errors) log.debug(`Gradle could not report its outputs: ${error}`);
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

/**
 * Converts the proxy environment variables to Gradle properties, because Java does not read these
 * variables. Properties that are already set are unchanged.
 */
export function proxyProperties(env: Env, properties: string): string {
  if (
    /https?\.proxyHost/.test(
      `${properties} ${env.GRADLE_OPTS ?? ""} ${env.JAVA_OPTS ?? ""} ${env.JAVA_TOOL_OPTIONS ?? ""}`,
    )
  )
    return "";
  const all = env.ALL_PROXY ?? env.all_proxy;
  const http = linesFor("http", env.HTTP_PROXY ?? env.http_proxy ?? all);
  const https = linesFor("https", env.HTTPS_PROXY ?? env.https_proxy ?? all);
  const hosts = (env.NO_PROXY ?? env.no_proxy ?? "").split(/[\s,]+/).filter(Boolean);
  const lines = [...http, ...https];
  return lines.length === 0 ? "" : [...lines, ...exceptions(hosts)].map((line) => `${line}\n`).join("");
}

function linesFor(scheme: string, proxy: string | undefined): readonly string[] {
  if (!proxy) return [];
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (!URL.canParse(address)) return [];
  const { hostname, port, username, password, protocol } = new URL(address);
  const login = username ? { proxyUser: decodedLogin(username), proxyPassword: decodedLogin(password) } : {};
  const values = { proxyHost: hostname, proxyPort: port || (protocol === "https:" ? "443" : "80"), ...login };
  return Object.entries(values).map(([name, value]) => `systemProp.${scheme}.${name}=${escaped(value)}`);
}

/** `.example.org` is all below, as `*.example.org` is to Java. */
function exceptions(hosts: readonly string[]): readonly string[] {
  if (hosts.length === 0) return [];
  const patterns = ["localhost", "127.*", ...hosts.map((host) => host.replace(/:\d+$/, "").replace(/^\./, "*."))];
  return [`systemProp.http.nonProxyHosts=${escaped([...new Set(patterns)].join("|"))}`];
}

const escaped = (value: string): string => value.replaceAll("\\", "\\\\");
