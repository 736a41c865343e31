import { type Component, sboms } from "libcnb";
import { emitSboms } from "libcnb/internal";
import { defined } from "../defined.ts";

/** A Go module that is compiled into a Go program. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
}

/** The build information that Go records in a program. */
export interface GoBuildInfo {
  /** The version of Go, such as `1.26.8`. Its standard library is part of the program. */
  readonly goVersion: string;
  /** The package of the program, such as `github.com/buildpacks/lifecycle/cmd/launcher`. */
  readonly path: string;
  /** The module of the program. Its version is unknown if it was built from a directory. */
  readonly main: string;
  /** The other modules, each as it was compiled: with its replacement if it has one. */
  readonly modules: readonly GoModule[];
}

/**
 * Parses the output of `go version -m PROGRAM`.
 *
 * @example `parseBuildInfo("launcher: go1.26.8\n\tpath\texample.com/launcher\n\tmod\texample.com\t(devel)\t\n")`
 */
export function parseBuildInfo(text: string): GoBuildInfo {
  const [first = "", ...lines] = text.split("\n");
  const fields = lines.map((line) => line.split("\t").slice(1));
  const only = (name: string) => fields.find(([key]) => key === name)?.[1] ?? "";
  const modules: GoModule[] = [];
  for (const [key, path = "", version = ""] of fields) {
    if (key === "=>") modules.pop();
    if (key === "dep" || key === "=>") modules.push({ path, version });
  }
  return { goVersion: /: go(\S+)/.exec(first)?.[1] ?? "", path: only("path"), main: only("mod"), modules };
}

const formats = ["application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"];

/**
 * Creates the SBOMs of a Go program in each format. The keys are file extensions, such as
 * `cdx.json`. The components are those that syft finds in the program: the program's own module,
 * its dependencies, and the standard library.
 *
 * @param version the version of the program's own module, without the `v`
 */
export function goSboms(info: GoBuildInfo, version: string): Promise<Readonly<Record<string, string>>> {
  const name = info.path.replace(/^.*\//, "");
  const subject: Component = { type: "application", name, version };
  const main = { path: info.main, version: `v${version}` };
  const library = { path: "stdlib", version: info.goVersion };
  const components = [main, ...info.modules, library].map(componentOf);
  return emitSboms(sboms(components, { subject }), formats);
}

const componentOf = ({ path, version }: GoModule): Component => ({
  name: path,
  purl: packageUrl(path, version),
  ...defined({ version: version === "" ? undefined : version }),
});

const packageUrl = (path: string, version: string): string =>
  `pkg:golang/${path.split("/").map(encodeURIComponent).join("/")}${version === "" ? "" : `@${encodeURIComponent(version)}`}`;
