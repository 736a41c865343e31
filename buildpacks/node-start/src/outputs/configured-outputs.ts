import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { s } from "libcnb";
import type { Project } from "../project.ts";
import type { Output } from "./output.ts";

const built = s.table({ config: s.optional(s.anyTable), relativeAppDir: s.optional(s.string) });

/**
 * Returns the output of `next build`: a server program with `output: "standalone"`, a static site
 * with `output: "export"`, or else the files for `next start`.
 *
 * https://nextjs.org/docs/app/api-reference/config/next-config-js/output
 */
export async function nextOutputs(project: Project): Promise<readonly Output[]> {
  const facts = await readBuilt(project);
  const flags = startFlags(project.scripts.start ?? "");
  return [
    standalone(facts.relativeAppDir ?? "", flags),
    ...(facts.config?.output === "standalone" ? [] : [exported]),
    { file: ".next/BUILD_ID", run: ["next", "start", ...flags], slices: [".next/static"] },
  ];
}

const exported: Output = { file: "out/index.html", root: "out", fallback: { notFound: "404.html" } };

/** Next.js leaves it to us to copy what a CDN might have served. */
function standalone(appDir: string, flags: readonly string[]): Output {
  const folder = inDir(".next/standalone", appDir).replace(/\/$/, "");
  const file = `${folder}/server.js`;
  const port = flags[flags.findIndex((flag) => flag === "-p" || flag === "--port") + 1];
  return {
    file,
    run: ["node", file],
    alone: [".next/standalone"],
    // containers set HOSTNAME to their own name, and Next.js would listen there only
    env: { HOSTNAME: "0.0.0.0", ...defined({ PORT: /^\d+$/.test(port ?? "") ? String(port) : undefined }) },
    copies: [
      ["public", `${folder}/public`],
      [".next/static", `${folder}/.next/static`],
    ],
    slices: [".next/standalone/node_modules", `${folder}/node_modules`, `${folder}/.next/static`, `${folder}/public`],
  };
}

/** The options that the start script passes to `next start`, such as `-p 4000`. */
function startFlags(script: string): readonly string[] {
  const [, flags = ""] = /^next start ([\w. -]+)$/.exec(script.trim()) ?? [];
  return flags.split(/\s+/).filter((flag) => flag !== "");
}

async function readBuilt({ app, dirs }: Project) {
  const file = inDir(dirs.dir, ".next/required-server-files.json");
  const decoding = s.decode(built, (await app.exists(file)) ? await app.readJson(file) : {});
  return decoding.issues === undefined ? decoding.value : {};
}

const settings = s.table({ root: s.optional(s.string), entryFile: s.optional(s.string) });

const program = (file: string): Output => ({ file, run: ["node", file] });

/**
 * Returns the output of `nest build`. If nest-cli.json has several projects, it is the output of
 * the default project.
 */
export async function nestOutputs({ app, dirs }: Project): Promise<readonly Output[]> {
  const file = inDir(dirs.dir, "nest-cli.json");
  const decoding = s.decode(settings, (await app.exists(file)) ? await app.readJson(file) : {});
  const { root = "", entryFile = "main" } = decoding.issues === undefined ? decoding.value : {};
  const folders = root === "" ? ["dist", "dist/src"] : [`dist/${root}`, "dist", "dist/src"];
  return folders.map((folder) => program(`${folder}/${entryFile}.js`));
}
