import type { BuildImageOptions } from "../../platform/build-options.ts";
import { commaList, type Flag, list, text, toggle } from "./flag-table.ts";
import { imageName } from "./image-name.ts";
import { signerOptions } from "./signer-flags.ts";

/** The flags that select the builder and the buildpacks of a build. */
export const buildpackFlags: readonly Flag<BuildImageOptions>[] = [
  text(
    "-B, --builder <image>",
    "the builder, for example oci:dist/demo/builder (default: the one in project.toml, or else default-builder of cnb config)",
    async (name) => ({ builder: await imageName(name) }),
  ),
  list(
    "--verify-key <file>",
    "public key: the builder, the run image and buildpack images must have a signature of this key or of the keyless signer, or else the build fails (repeatable: one signature is enough)",
    (verifyKeys) => ({ verifyKeys }),
  ),
  // The three flags name one signer: verifyIdentities in the commands.
  ...signerOptions.map(([flags, help]) => text<BuildImageOptions>(flags, help, () => ({}))),
  commaList(
    "-b, --buildpack <location>",
    "a buildpack to use instead of the builder's order: ID@VERSION of a buildpack in the builder, a directory (also with TypeScript source), an archive, a .cnb file or an image; from=builder inserts the builder's order (repeatable or comma-separated)",
    (buildpacks) => ({ buildpacks }),
  ),
  list(
    "--pre-buildpack <location>",
    "a buildpack to add to the start of each group of the builder's order (repeatable)",
    (preBuildpacks) => ({
      preBuildpacks,
    }),
  ),
  list(
    "--post-buildpack <location>",
    "a buildpack to add to the end of each group of the builder's order (repeatable)",
    (postBuildpacks) => ({ postBuildpacks }),
  ),
  commaList(
    "--extension <location>",
    "an image extension to use instead of the builder's extensions, in the same forms as --buildpack (repeatable or comma-separated)",
    (extensions) => ({ extensions }),
  ),
  toggle("--disable-system-buildpacks", "do not run the builder's system buildpacks", () => ({
    systemBuildpacks: false,
  })),
  text("--run-image <image>", "the run image (default: the one the builder names)", async (name) => ({
    runImage: await imageName(name),
  })),
];
