import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Component } from "libcnb";
import { sbomText } from "libcnb/internal";
import { engineComponent } from "../../builder-packager/src/compile/licenses/components.ts";
import { type EnginePart, engineParts } from "../../builder-packager/src/compile/small/engine.ts";
import { root } from "../support/cnb.ts";

const folders = ["linux-arm64", "linux-x64"].map((name) => `builder-packager/engine/prebuilt/${name}`);

/** The SBOMs of the npm packages with the small engine, by their path in the repository. */
export async function engineSboms(): Promise<Readonly<Record<string, string>>> {
  const parts = engineParts();
  const texts = folders.map(async (folder) => [`${folder}/sbom.cdx.json`, await engineSbom(folder, parts)] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** CycloneDX, with the npm package as subject. The same parts give the same bytes. */
async function engineSbom(folder: string, parts: readonly EnginePart[]): Promise<string> {
  const { name, version, description, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const subject: Component = { type: "application", name, version, description, purl, licenses: [license] };
  const [about] = JSON.parse(await sbomText("cyclonedx", [subject])).components;
  const {
    $schema,
    bomFormat,
    specVersion,
    version: number,
    components,
  } = JSON.parse(await sbomText("cyclonedx", parts.map(engineComponent)));
  const dependsOn = components.map((each: { readonly "bom-ref": string }) => each["bom-ref"]);
  const metadata = { component: about };
  const dependencies = [{ ref: about["bom-ref"], dependsOn }];
  const document = { $schema, bomFormat, specVersion, version: number, metadata, components, dependencies };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
