import { inDir } from "@libcnb/app-kit/folders";
import { tableOf } from "@libcnb/app-kit/tables";
import type { Texts } from "@libcnb/node-app";
import type { s } from "libcnb";
import type { Project } from "../project.ts";
import { nestOutputs, nextOutputs } from "./configured-outputs.ts";
import type { FrameworkName } from "./framework-names.ts";
import type { FindOutputs, Output } from "./output.ts";

/** A framework with a build output that can be started or served. */
export interface Framework {
  readonly name: FrameworkName;
  readonly title: string;
  /** Packages that indicate the framework. */
  readonly packages: readonly string[];
  /**
   * The start scripts that the build output replaces: development servers, previews, and the
   * framework's own start command.
   */
  readonly replaces: RegExp;
  /** The possible outputs. The first existing one is used. */
  readonly outputs: FindOutputs;
}

const program = (file: string, more: Partial<Output> = {}): Output => ({ file, run: ["node", file], ...more });
const site = (root: string, fallback: "page" | "404.html" = "404.html", more: Partial<Output> = {}): Output => ({
  file: `${root}/index.html`,
  root,
  fallback: fallback === "page" ? { page: "index.html" } : { notFound: fallback },
  ...more,
});
const fixed =
  (...outputs: readonly Output[]): FindOutputs =>
  async () =>
    outputs;

/**
 * All supported frameworks, in the order in which they are tried. A framework on which others are
 * based comes after them.
 */
export const frameworks: readonly Framework[] = [
  {
    name: "next",
    title: "Next.js",
    packages: ["next"],
    replaces: /^next( dev| start)?( |$)/,
    outputs: nextOutputs,
  },
  {
    name: "nuxt",
    title: "Nuxt",
    packages: ["nuxt", "nuxt3", "nuxt-nightly"],
    replaces: /^nux(t|i)( dev| start| preview)?( |$)/,
    outputs: fixed(...nitro()),
  },
  {
    name: "nitro",
    title: "Nitro",
    packages: ["nitro", "nitropack", "vinxi", "@tanstack/react-start", "@solidjs/start"],
    replaces: /^(nitro|nitropack|vinxi|vite)( dev| start| preview)?( |$)/,
    outputs: fixed(...nitro()),
  },
  {
    name: "sveltekit",
    title: "SvelteKit",
    packages: ["@sveltejs/kit"],
    replaces: /^vite( dev| preview)?( |$)/,
    outputs: fixed(program("build/index.js"), site("build"), {
      ...site("build"),
      file: "build/200.html",
      fallback: { page: "200.html" },
    }),
  },
  {
    name: "astro",
    title: "Astro",
    packages: ["astro"],
    replaces: /^astro( dev| preview)?( |$)/,
    outputs: fixed(
      program("dist/server/entry.mjs", { env: { HOST: "0.0.0.0" }, slices: ["dist/client"] }),
      site("dist"),
    ),
  },
  {
    name: "react-router",
    title: "React Router",
    packages: ["@react-router/dev"],
    replaces: /^(react-router|vite)( dev| preview)?( |$)/,
    outputs: fixed(served("react-router-serve"), site("build/client", "page")),
  },
  {
    name: "remix",
    title: "Remix",
    packages: ["@remix-run/dev"],
    replaces: /^(remix|vite)( dev| vite:dev| preview)?( |$)/,
    outputs: fixed(served("remix-serve"), site("build/client", "page")),
  },
  {
    name: "nest",
    title: "NestJS",
    packages: ["@nestjs/core"],
    replaces: /^nest start( |$)/,
    outputs: nestOutputs,
  },
  {
    name: "angular",
    title: "Angular",
    packages: ["@angular/core"],
    replaces: /^ng( serve| s| dev)?( |$)/,
    outputs: angularOutputs,
  },
  {
    name: "gatsby",
    title: "Gatsby",
    packages: ["gatsby"],
    replaces: /^gatsby( \w+)?( |$)/,
    outputs: fixed(site("public")),
  },
  {
    name: "docusaurus",
    title: "Docusaurus",
    packages: ["@docusaurus/core"],
    replaces: /^docusaurus( \w+)?( |$)/,
    outputs: fixed(site("build")),
  },
  {
    name: "vitepress",
    title: "VitePress",
    packages: ["vitepress"],
    replaces: /^vitepress( |$)/,
    outputs: fixed(site(".vitepress/dist"), site("docs/.vitepress/dist")),
  },
  {
    name: "eleventy",
    title: "Eleventy",
    packages: ["@11ty/eleventy"],
    replaces: /^(npx )?(@11ty\/)?eleventy( |$)/,
    outputs: fixed(site("_site")),
  },
  {
    name: "react-scripts",
    title: "Create React App",
    packages: ["react-scripts"],
    replaces: /^(react-scripts|react-app-rewired|craco) start( |$)/,
    outputs: fixed(site("build", "page")),
  },
  {
    name: "vue-cli",
    title: "Vue CLI",
    packages: ["@vue/cli-service"],
    replaces: /^vue-cli-service( |$)/,
    outputs: fixed(site("dist", "page")),
  },
  {
    name: "parcel",
    title: "Parcel",
    packages: ["parcel"],
    replaces: /^parcel( serve| watch)?( |$)/,
    outputs: fixed(site("dist", "page")),
  },
  {
    name: "vite",
    title: "Vite",
    packages: ["vite"],
    replaces: /^vite( dev| serve| preview)?( |$)/,
    outputs: fixed(site("dist", "page")),
  },
];

/**
 * Returns the web framework of an app. If `chosen` is `"auto"`, the result is the first framework
 * with a package in `packages`. Otherwise the result is the framework named `chosen`. The result is
 * `undefined` for `"none"`, or if no framework matches.
 */
export function frameworkOf(chosen: string, packages: Texts): Framework | undefined {
  if (chosen === "none") return undefined;
  if (chosen !== "auto") return frameworks.find(({ name }) => name === chosen);
  return frameworks.find((each) => each.packages.some((name) => Object.hasOwn(packages, name)));
}

function nitro(): readonly Output[] {
  const slices = [".output/server/node_modules", ".output/public"];
  return [
    program(".output/server/index.mjs", { alone: [".output"], slices }),
    { ...site(".output/public"), file: ".output/public/200.html", fallback: { page: "200.html" } },
    site(".output/public"),
  ];
}

function served(name: string): Output {
  const file = "build/server/index.js";
  return { file, run: [name, `./${file}`], slices: ["build/client"] };
}

/**
 * The output of `ng build` for each application of angular.json: with server-side rendering a
 * program, or else a site.
 */
async function angularOutputs({ app, dirs }: Project): Promise<readonly Output[]> {
  const file = inDir(dirs.dir, "angular.json");
  if (!(await app.exists(file))) return [];
  const projects = tableOf(tableOf(await app.readJson(file)).projects);
  return Object.entries(projects)
    .filter(([, project]) => tableOf(project).projectType !== "library")
    .flatMap(([name, project]) => outputsIn(folderOf(name, tableOf(project))));
}

/** `outputPath` is a text, or a table with the text as `base`. */
function folderOf(name: string, project: s.Table): string {
  const { outputPath } = tableOf(tableOf(tableOf(project.architect ?? project.targets).build).options);
  const path = typeof outputPath === "string" ? outputPath : tableOf(outputPath).base;
  return typeof path === "string" ? path.replace(/^\.\//, "").replace(/(?<!\/)\/+$/, "") : `dist/${name}`;
}

function outputsIn(folder: string): readonly Output[] {
  const server = `${folder}/server/server.mjs`;
  const site = (root: string, page = "index.html"): Output => ({ file: `${root}/${page}`, root, fallback: { page } });
  return [
    { file: server, run: ["node", server], slices: [`${folder}/browser`] },
    site(`${folder}/browser`),
    site(`${folder}/browser`, "index.csr.html"),
    site(folder),
  ];
}
