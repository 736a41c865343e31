import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { imagePage } from "../../inspect/html/image-page.ts";
import { imageFacts } from "../../inspect/image-facts.ts";
import { inspectedImage } from "../../inspect/inspected-image.ts";
import { layersReport } from "../../inspect/layers/layers-report.ts";
import { imageTrees } from "../../inspect/tree/image-trees.ts";
import { mergedTree } from "../../inspect/tree/merged-tree.ts";
import { writeOutputFile } from "../../oci/files/output-file.ts";
import type { DevImage } from "./dev-build.ts";

/** Writes the inspection page of an image, as `cnb inspect --html` does. */
export async function writeInspectionPage({ name, reference }: DevImage, file: string): Promise<void> {
  const { image, about } = await inspectedImage(reference, { registry: {} });
  const facts = await imageFacts(image, name, { sbom: "own" });
  const [trees = []] = await imageTrees([image]);
  const merged = mergedTree(trees);
  const report = layersReport(facts, trees, merged);
  const page = await imagePage({ name, facts, about, image, trees, merged, report });
  await writeOutputFile(file, Readable.from([Buffer.from(page)]));
}

/**
 * Opens a file in the user's browser: the program in `BROWSER`, or else the desktop's browser.
 * Returns false if there is no desktop, for example on a server.
 */
export function openInBrowser(url: string, env: NodeJS.ProcessEnv): boolean {
  const hasDesktop = Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]) || process.platform === "darwin";
  const program = env["BROWSER"] || (hasDesktop ? desktopProgram() : undefined);
  if (program === undefined) return false;
  spawn(program, [url], { env, stdio: "ignore", detached: true })
    .on("error", () => {}) // the address is printed as well
    .unref();
  return true;
}

const desktopProgram = (): string => (process.platform === "darwin" ? "open" : "xdg-open");
