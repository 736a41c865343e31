import { parseBuildpackToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { summaryOf } from "./summary.ts";
import { summaryMarkdown } from "./summary-markdown.ts";

const node = summaryOf(
  parseBuildpackToml(
    `api = "0.10"
[buildpack]
id = "acme/node"
version = "1.2.3"
name = "Node"
[[targets]]
os = "linux"
arch = "amd64"
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
distros = [{ name = "debian", version = "12" }]
[[stacks]]
id = "*"
[metadata.default-versions]
node = "24.x"
[[metadata.configurations]]
name = "BP_NODE_VERSION"
description = "a version | a range"
default = "24.*"
[[metadata.dependencies]]
id = "node"
version = "24.1.0"
os = "linux"
arch = "amd64"
uri = "https://example.com/node.tgz"
checksum = "sha256:aaaa"
[[metadata.dependencies]]
id = "node"
version = "22.1.0"
stacks = ["io.example.jammy", "*"]
sha256 = "bbbb"
`,
    "buildpack.toml",
  ),
);

const facts = `#### Supported targets:

- \`linux/amd64\`
- \`linux/arm64/v8 (debian 12)\`

#### Supported stacks:

- \`*\`

#### Default dependency versions:

| ID | Version |
| --- | --- |
| \`node\` | 24.x |

#### Dependencies:

| Name | Version | Platforms | Checksum |
| --- | --- | --- | --- |
| node | 24.1.0 | linux/amd64 | \`sha256:aaaa\` |
| node | 22.1.0 | io.example.jammy, \\* | \`sha256:bbbb\` |

#### Configuration:

| Variable | Default | Description |
| --- | --- | --- |
| \`BP_NODE_VERSION\` | \`24.*\` | a version \\| a range |
`;

test("the summary of a buildpack has its targets, stacks, dependencies and configuration", () => {
  expect(summaryMarkdown({ main: node, members: [] })).toBe(`## Node 1.2.3

**ID:** \`acme/node\`

${facts}`);
});

test("the summary of a composite buildpack has its members and orders", () => {
  const web = summaryOf(
    parseBuildpackToml(
      `api = "0.10"
[buildpack]
id = "acme/web"
version = "2.0.0"
[[order]]
group = [{ id = "acme/node", version = "1.2.3" }, { id = "acme/x", version = "1.0.0", optional = true }]
[[order]]
group = [{ id = "acme/node", version = "1.2.3" }]
`,
      "buildpack.toml",
    ),
  );
  expect(summaryMarkdown({ digest: "sha256:cccc", main: web, members: [node] })).toBe(`## acme/web 2.0.0

**ID:** \`acme/web\`

**Digest:** \`sha256:cccc\`

#### Included buildpacks:

| Name | ID | Version |
| --- | --- | --- |
| Node | \`acme/node\` | 1.2.3 |

<details>
<summary>Order grouping 1</summary>

| ID | Version | Optional |
| --- | --- | --- |
| \`acme/node\` | 1.2.3 | no |
| \`acme/x\` | 1.0.0 | yes |

</details>

<details>
<summary>Order grouping 2</summary>

| ID | Version | Optional |
| --- | --- | --- |
| \`acme/node\` | 1.2.3 | no |

</details>

<details>
<summary>Node 1.2.3</summary>

**ID:** \`acme/node\`

${facts}
</details>
`);
});

test("texts of a buildpack cannot add table cells, HTML, links or lines to the summary", () => {
  const name = "x|</summary><script>\n# [a](b) `c` ![d](e)\u202e\u001b[31m";
  const hostile = { ...node, name, targets: ["a`b``c"], configurations: [{ name: "A|B", description: "" }] };
  const text = summaryMarkdown({ main: hostile, members: [] });
  expect(text.split("\n")[0]).toBe("## x\\|\\</summary\\>\\<script\\> \\# \\[a\\](b) \\`c\\` !\\[d\\](e) \\[31m 1.2.3");
  expect(summaryMarkdown({ main: node, members: [hostile] })).toContain(
    "<summary>x|&lt;/summary&gt;&lt;script&gt; # [a](b) `c` ![d](e) [31m 1.2.3</summary>\n",
  );
  expect(text).toContain("- ``` a`b``c ```\n");
  expect(text).toContain("| `A\\|B` |  |  |\n");
});
