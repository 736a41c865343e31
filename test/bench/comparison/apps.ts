import { appendFile, cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFiles } from "libcnb/testing";
import { builderIn, officialNodeFromNpm, sampleApp } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import type { Recipe } from "../../support/apps/dockerfile-app.ts";
import { root } from "../../support/cnb.ts";
import { javaRecipe, makeTemurinBase } from "../../support/java/dockerfile.ts";
import { javaWorldOf, makeJavaBuilder } from "../../support/java/world.ts";
import { nextRecipe, nodeRecipe } from "../../support/node/dockerfile.ts";
import { makePythonBuilder, worldOf } from "../../support/python/world.ts";
import { addStarter, changeController, javaApps } from "../times/java-times.ts";
import { addPackage } from "../times/node-times.ts";
import { addCode, addRequirement, type PythonApp, pythonApps, recipeOf } from "../times/python-times.ts";
import type { AppName } from "./results.ts";

/** One app, its Dockerfile, and the changes that a developer makes. */
export interface ComparedApp {
  readonly name: string;
  readonly recipe: Recipe;
  /** Writes the app's sources into a new directory. */
  makeSource(app: string): Promise<unknown>;
  changeCode(app: string): Promise<unknown>;
  addDependency(app: string): Promise<unknown>;
  /** The builder, next to the reference builder in `dir`, and settings of this machine. */
  world(dir: string): Promise<AppWorld & AsyncDisposable>;
  /** The layout that the official slim image is made from. */
  base(dir: string): Promise<string>;
}

const fixture = (name: string) => (app: string) => cp(join(root, "test/fixtures/apps", name), app, { recursive: true });

async function nodeBuilder(dir: string): Promise<AppWorld & AsyncDisposable> {
  const { platformEnv, authority } = await officialNodeFromNpm();
  return {
    builder: builderIn(dir, "builder"),
    env: platformEnv,
    certificates: authority === undefined ? [] : [authority],
    [Symbol.asyncDispose]: async () => {},
  };
}

const ownBase = async (dir: string): Promise<string> => `oci:${dir}/base-run`;

const python = (name: string, app: PythonApp): ComparedApp => ({
  name,
  recipe: recipeOf(app),
  makeSource: fixture(app.folder),
  changeCode: (to) => addCode(to, app),
  addDependency: addRequirement,
  world: async (dir) => worldOf(await makePythonBuilder(dir)),
  base: ownBase,
});

const nextPage = "export default function Home() {\n  return <p>second page</p>;\n}\n";
const spring = javaApps["Spring Boot, Maven"];

/** By the name that `--app` takes. */
export const comparedApps: Readonly<Record<AppName, ComparedApp>> = {
  express: {
    name: "Express",
    recipe: nodeRecipe,
    makeSource: (app) => cp(sampleApp, app, { recursive: true }),
    changeCode: (app) => appendFile(join(app, "src/app.ts"), "\nexport const added = 1;\n"),
    addDependency: addPackage,
    world: nodeBuilder,
    base: ownBase,
  },
  next: {
    name: "Next.js",
    recipe: nextRecipe,
    makeSource: fixture("next-service"),
    changeCode: (app) => writeFile(join(app, "app/page.tsx"), nextPage),
    addDependency: addPackage,
    world: nodeBuilder,
    base: ownBase,
  },
  fastapi: python("FastAPI", pythonApps["FastAPI app"]),
  django: python("Django", pythonApps["Django app"]),
  spring: {
    name: "Spring Boot",
    recipe: javaRecipe(spring.stages),
    makeSource: (app) => writeFiles(app, spring.files),
    changeCode: changeController,
    addDependency: (app) => addStarter(app, spring),
    world: async (dir) => javaWorldOf(await makeJavaBuilder(dir)),
    base: makeTemurinBase,
  },
};
