import { type BundledPackage, bundledPackages } from "../src/compile/bundle/packages.ts";
import { engineComponent, programComponents } from "../src/compile/licenses/components.ts";
import { licenseText, packageLicenses } from "../src/compile/licenses/licenses.ts";
import { programSbom } from "../src/compile/licenses/program-sbom.ts";
import { engineParts } from "../src/compile/small/engine.ts";
import { packageVersion } from "../src/version.ts";
import type { BundledCommand } from "./program.ts";

/** The documents that accompany the static program. */
export interface ProgramDocuments {
  /** The licences of everything in the program: packages from npm, the small engine and its parts. */
  readonly licences: string;
  /** The SBOM of the program in CycloneDX. The same program gives the same bytes. */
  readonly sbom: string;
}

/** Creates the documents of the static program. */
export async function documentsOf({ files, notices }: BundledCommand): Promise<ProgramDocuments> {
  const packages = bundledPackages(files, []);
  const licences = await packageLicenses(packages);
  return {
    licences: licenseText([...licences, ...engineParts()], { notices }),
    sbom: await sbomOf(packages),
  };
}

const sbomOf = (packages: readonly BundledPackage[]): Promise<string> =>
  programSbom(
    {
      component: {
        type: "application",
        name: "cnb",
        version: packageVersion,
        description: "The commands of cnb for images, as one static program",
        licenses: ["MIT"],
      },
      ref: `program:cnb@${packageVersion}`,
    },
    [...programComponents({ packages, node: undefined }), ...engineParts().map(engineComponent)],
  );
