import { type DockerfileLine, dockerfileLines } from "./dockerfile-lines.ts";
import { imageToExtend } from "./dockerfile-value.ts";
import { quotedWords, spaceWords } from "./dockerfile-words.ts";

/**
 * Facts that a platform needs before it applies an extension's Dockerfile. The Dockerfile must have
 * no errors: see `checkDockerfile`.
 */
export interface DockerfileFacts {
  /** The base image that the file names, unless it is the image to extend. */
  readonly base: string | undefined;
  /** True if the Dockerfile changes the image, rather than only naming another one. */
  readonly isExtending: boolean;
  /**
   * The declared arguments. Authors declare `build_id` if the Dockerfile must be applied again in
   * each build.
   */
  readonly args: readonly string[];
  /** True if the result depends on files of the build context. */
  readonly readsContext: boolean;
  /** The instructions after FROM, each on one line. */
  readonly instructions: readonly string[];
}

/**
 * Extracts the facts that a platform needs from a Dockerfile.
 *
 * @example `dockerfileFacts("FROM debian:13\n") // { base: "debian:13", isExtending: false, … }`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/image_extension.md#phase-extension
 */
export function dockerfileFacts(text: string): DockerfileFacts {
  const { lines, escape: escapeChar } = dockerfileLines(text);
  const from = lines.findIndex((line) => keyword(line) === "FROM");
  const [image = ""] = spaceWords(lines[from]?.rest ?? "");
  const commands = lines.slice(from + 1);
  const args = lines
    .filter((line) => keyword(line) === "ARG")
    .flatMap(({ rest }) => quotedWords(rest, escapeChar).map((word) => word.split("=", 1)[0] ?? ""));
  return {
    base: image === imageToExtend ? undefined : image,
    isExtending: commands.length > 0,
    args,
    readsContext: commands.some(readsFiles),
    instructions: commands.map((line) => [keyword(line), ...line.flags, line.rest].join(" ")),
  };
}

const keyword = ({ name }: DockerfileLine) => name.toUpperCase();

const readsFiles = (line: DockerfileLine): boolean =>
  ["ADD", "COPY", "ONBUILD"].includes(keyword(line)) || line.flags.some((flag) => flag.startsWith("--mount"));
