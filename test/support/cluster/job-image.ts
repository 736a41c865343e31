// @needs busybox, git
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore, type TarEntry } from "@libcnb/packager/oci";
import { execute, pinnedNode, root } from "../cnb.ts";
import { hostFiles, librariesOf } from "../images/docker-bases.ts";
import { file, link } from "../tiny/images.ts";
import { shellImage } from "../tiny/shell-image.ts";
import type { Cluster } from "./cluster.ts";

/**
 * Publishes `job:1`, an image for the jobs of manifests: git, Node.js and a shell of this machine.
 * Its `npm` and `npx` install and start the `cnb` of this repository, which is on no registry.
 */
export async function publishJobImage({ node, publish }: Cluster): Promise<void> {
  const store = await openBlobStore(join(node.dir, "blobs"));
  const layer = await createLayer([...(await gitFiles()), ...(await nodeFiles()), ...cnbFiles(), ...commands], store);
  const image = oci.mutate.appendLayers(await shellImage(node.dir), [{ layer }]);
  const layout = join(node.dir, "job");
  await oci.write(image, { kind: "oci", dir: layout }, { name: "job:1" });
  await publish(layout, "job:1");
}

async function gitFiles(): Promise<readonly TarEntry[]> {
  const exec = (await execute("git", ["--exec-path"])).stdout.trim();
  const remote = join(exec, "git-remote-http");
  const libraries = await Promise.all(["/usr/bin/git", remote].map(librariesOf));
  const files = await hostFiles(["/usr/bin/git", remote, "/etc/ssl/certs/ca-certificates.crt", ...libraries.flat()]);
  return [...files, link(join(exec, "git-remote-https"), "git-remote-http"), link("/bin/git", "/usr/bin/git")];
}

async function nodeFiles(): Promise<readonly TarEntry[]> {
  return [
    file("/bin/node", readFileSync(pinnedNode), 0o755),
    link("/usr/bin/env", "/bin/busybox"),
    ...(await hostFiles(await librariesOf(pinnedNode))),
  ];
}

const installed = "/opt/node_modules/@libcnb/packager";

/** The files of the bundled command, which `npm run build` writes. */
function cnbFiles(): readonly TarEntry[] {
  const dir = join(root, "builder-packager");
  const index: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(dir, "dist/cnb.json"), "utf8"));
  const parts = Object.values(index).map((name) => `dist/${name}`);
  const names = ["package.json", "bin/cnb.js", "bin/load.cjs", "dist/cnb.json", ...parts];
  const schemas = globSync("schemas/*", { cwd: dir });
  const copied = [...names, ...schemas].map((name) =>
    file(`${installed}/${name}`, readFileSync(join(dir, name)), name === "bin/cnb.js" ? 0o755 : 0o644),
  );
  const xz = createRequire(join(dir, "package.json")).resolve("xz-decompress");
  const xzDir = xz.slice(0, xz.lastIndexOf("/dist/"));
  const xzFiles = [xz.slice(xzDir.length), "/package.json"].map((name) =>
    file(`/opt/node_modules/xz-decompress${name}`, readFileSync(`${xzDir}${name}`)),
  );
  return [...copied, ...xzFiles];
}

const commands: readonly TarEntry[] = [
  // npm install … --prefix DIR PACKAGE
  file(
    "/bin/npm",
    '#!/bin/sh\nset -eu\nwhile [ "$1" != --prefix ]; do shift; done\ncp -R /opt/node_modules "$2"\n',
    0o755,
  ),
  // npx --yes --package=PACKAGE cnb …
  file("/bin/npx", `#!/bin/sh\nset -eu\nshift 3\nexec node ${installed}/bin/cnb.js "$@"\n`, 0o755),
  ...["cp", "ls", "base64", "sed", "dirname", "httpd", "sleep"].map((name) => link(`/bin/${name}`, "busybox")),
];
