import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../project.ts";
import type { ModuleFacts } from "../scan/module-facts.ts";
import { type Guess, quotedFile, type Start } from "../start.ts";

/** A framework whose apps are scripts that a program of its own runs. */
interface FrontEnd {
  readonly title: string;
  /** The package, and its import name. */
  readonly package: string;
  /** Names of files that are tried, the surest first. */
  readonly files: readonly string[];
  /** True if a script that imports it is the app. */
  isApp(facts: ModuleFacts): boolean;
  command(file: string): Pick<Start, "line" | "env">;
}

const usual = ["app.py", "main.py", "server.py", "run.py"];
const callsEnding = (ending: RegExp) => (facts: ModuleFacts) => [...facts.called].some((name) => ending.test(name));

const frontEnds: readonly FrontEnd[] = [
  {
    title: "Streamlit",
    package: "streamlit",
    files: ["streamlit_app.py", ...usual, "Home.py", "Hello.py", "home.py"],
    isApp: () => true,
    command: (file) => ({
      line: `streamlit run ${quotedFile(file)} --server.address 0.0.0.0 --server.port $PORT --server.headless true --browser.gatherUsageStats false`,
    }),
  },
  {
    title: "Chainlit",
    package: "chainlit",
    files: ["chainlit_app.py", ...usual],
    isApp: () => true,
    command: (file) => ({ line: `chainlit run ${quotedFile(file)} --host 0.0.0.0 --port $PORT --headless` }),
  },
  {
    title: "Gradio",
    package: "gradio",
    files: ["gradio_app.py", ...usual, "demo.py"],
    isApp: callsEnding(/(^|\.)launch$/),
    command: (file) => ({
      line: `GRADIO_SERVER_PORT=$PORT python ${quotedFile(file)}`,
      env: { GRADIO_SERVER_NAME: "0.0.0.0" },
    }),
  },
  {
    // Dash takes HOST and PORT of the environment
    title: "Dash",
    package: "dash",
    files: ["dash_app.py", ...usual, "index.py"],
    isApp: (facts) => facts.hasMain && callsEnding(/(^|\.)(run|run_server)$/)(facts),
    command: (file) => ({ line: `python ${quotedFile(file)}`, env: { HOST: "0.0.0.0" } }),
  },
];

/**
 * Finds scripts of Streamlit, Chainlit, Gradio and Dash, in this order, as possible starts of the
 * app.
 */
export async function* frontEndGuesses(project: Project): AsyncGenerator<Guess> {
  for (const frontEnd of frontEnds) {
    const file = await appOf(frontEnd, project);
    if (file === undefined) continue;
    const what = `${inDir(project.dir, file)}, which imports ${frontEnd.package}`;
    if (await project.installed.module(frontEnd.package))
      yield { start: { ...frontEnd.command(file), source: what, dir: project.dir, otherwise } };
    else
      yield {
        obstacle: `found ${what}, but ${frontEnd.title} is not installed`,
        hint: `Add ${frontEnd.package} to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).`,
      };
  }
}

const otherwise =
  "to start something else, write the command after web: in a Procfile, or set BP_LAUNCHPOINT to another file";

async function appOf(frontEnd: FrontEnd, { app, dir, modules }: Project): Promise<string | undefined> {
  const others = (await app.list(dir)).filter((name) => name.endsWith(".py") && !frontEnd.files.includes(name));
  for (const file of [...frontEnd.files, ...others]) {
    const facts = await modules.file(file);
    const isImported = facts?.imports.some(
      (name) => name === frontEnd.package || name.startsWith(`${frontEnd.package}.`),
    );
    if (facts !== undefined && isImported === true && frontEnd.isApp(facts)) return file;
  }
  return undefined;
}
