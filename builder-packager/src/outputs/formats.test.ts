import { describe, expect, test } from "vitest";
import { CnbError } from "../errors.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import { type BuildOutputs, buildOutputs } from "./build-outputs.ts";
import { checkName, dotenvText, githubText, jsonText, tektonFiles } from "./formats.ts";

const digest = `sha256:${"a".repeat(64)}` as const;
const report = {
  manifestDigest: digest,
  group: [{ id: "libcnb/node-engine", version: "1.0.0", api: "0.12" }],
  processes: [{ type: "web", command: ["node"], args: ["server.js"] }],
  layers: [],
} as unknown as BuildOutputs["report"];

const outputsFor = (image: string, ...tags: string[]): BuildOutputs =>
  buildOutputs(parseImageReference(image), tags.map(parseImageReference), report);

const shop = outputsFor("registry.example.com/shop:1.2", "registry.example.com/shop:latest");
/** A directory whose name tries to add an output in each of the formats. */
const hostile = outputsFor("oci:app\nIMAGE_DIGEST=sha256:evil\nEOF\ndigest<<EOF\nevil\nEOF\n");

/** Reads a file of GitHub outputs as the runner does. */
function readGithubOutputs(text: string): Record<string, string> {
  const lines = text.split("\n");
  const values: Record<string, string> = {};
  for (let at = 0; at < lines.length - 1; at++) {
    const [name = "", delimiter] = (lines[at] ?? "").split("<<");
    const end = lines.indexOf(delimiter ?? "", at + 1);
    if (delimiter === undefined || end < 0) throw new Error(`line ${at + 1} starts no output: ${lines[at]}`);
    values[name] = lines.slice(at + 1, end).join("\n");
    at = end;
  }
  return values;
}

describe("an image in a registry", () => {
  test("is written as GitHub outputs with the name, the digest, the reference and the tags", () => {
    expect(githubText(shop, "END")).toBe(`image<<END
registry.example.com/shop:1.2
END
digest<<END
${digest}
END
reference<<END
registry.example.com/shop@${digest}
END
tags<<END
registry.example.com/shop:latest
END
`);
  });

  test("is written as a dotenv file with three variables", () => {
    expect(dotenvText(shop)).toBe(`IMAGE_URL=registry.example.com/shop:1.2
IMAGE_DIGEST=${digest}
IMAGE_REFERENCE=registry.example.com/shop@${digest}
`);
  });

  test("is written as Tekton results without trailing newlines", () => {
    expect(tektonFiles(shop)).toEqual([
      ["IMAGE_URL", "registry.example.com/shop:1.2"],
      ["IMAGE_DIGEST", digest],
      ["IMAGE_REFERENCE", `registry.example.com/shop@${digest}`],
    ]);
  });

  test("is written as JSON with the buildpacks, the processes and the layers", () => {
    expect(JSON.parse(jsonText(shop))).toEqual({
      image: "registry.example.com/shop:1.2",
      tags: ["registry.example.com/shop:latest"],
      digest,
      reference: `registry.example.com/shop@${digest}`,
      buildpacks: [{ id: "libcnb/node-engine", version: "1.0.0", api: "0.12" }],
      processes: [{ type: "web", command: ["node"], args: ["server.js"] }],
      layers: [],
    });
  });
});

describe("an image outside a registry", () => {
  const layout = outputsFor("oci:dist/app");

  test("has no reference in any format", () => {
    expect(dotenvText(layout)).toBe(`IMAGE_URL=oci:dist/app\nIMAGE_DIGEST=${digest}\n`);
    expect(tektonFiles(layout).map(([name]) => name)).toEqual(["IMAGE_URL", "IMAGE_DIGEST"]);
    expect(Object.keys(JSON.parse(jsonText(layout)))).not.toContain("reference");
    expect(readGithubOutputs(githubText(layout, "END"))).toMatchObject({ reference: "" });
  });
});

describe("an image name with newlines", () => {
  test("adds no GitHub output", () => {
    expect(readGithubOutputs(githubText(hostile, "cnb_8b1d"))).toEqual({
      image: hostile.image,
      digest,
      reference: "",
      tags: "",
    });
  });

  test("is refused in GitHub outputs if it contains the delimiter", () => {
    expect(() => githubText(hostile, "EOF")).toThrow(
      "cannot write the outputs for GitHub: a value contains the delimiter line",
    );
  });

  test("is refused in the dotenv format, also before the build", () => {
    expect(() => dotenvText(hostile)).toThrow(CnbError);
    expect(() => checkName("dotenv", hostile.image)).toThrow(
      `--output-format dotenv cannot contain IMAGE_URL: ${JSON.stringify(hostile.image)} has white space or characters other than ASCII`,
    );
  });

  test("stays one value in Tekton results and in JSON", () => {
    expect(tektonFiles(hostile)).toEqual([
      ["IMAGE_URL", hostile.image],
      ["IMAGE_DIGEST", digest],
    ]);
    expect(JSON.parse(jsonText(hostile))).toMatchObject({ image: hostile.image, digest });
  });
});

test.each(["oci:a b", "oci:a\tb", "oci:ä", "oci:a\rb", "oci:a\u2028b"])(
  "the dotenv output format refuses the image name %j",
  (name) => expect(() => checkName("dotenv", name)).toThrow(CnbError),
);

test.each(["json", "github", "tekton"] as const)("the output format %s accepts any image name", (format) =>
  expect(() => checkName(format, hostile.image)).not.toThrow(),
);
