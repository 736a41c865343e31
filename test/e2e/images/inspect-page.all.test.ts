import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, emptyImage, openBlobStore, parseImageReference, type TarEntry } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPage, type Page } from "../../support/browser.ts";
import { cnbSucceeds } from "../../support/cnb.ts";

/** The page of `cnb inspect --html` in a real browser. It needs Debian's chromium: apt-get install chromium. */
const evil = "</script><img src=x onerror=window.hacked=1>\u202e";
let dir: string;
let page: Page;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "page-"));
  const store = await openBlobStore(join(dir, "blobs"));
  const many = Array.from({ length: 900 }, (_, at) => file(`/many/${String(at).padStart(3, "0")}`, 1));
  const layers = [];
  for (const [made, entries] of Object.entries({
    "first layer": [file("/app/big", 5_000_000), file("/app/gone/x", 700), file(`/app/${evil}`, 3), ...many],
    [evil]: [file("/app/big", 2_000_000), file("/app/.wh.gone", 0)],
  }))
    layers.push({ layer: await createLayer(entries, store), history: { created_by: made } });
  const image = oci.mutate.labels(oci.mutate.appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), layers), {
    [evil]: evil,
  });
  await oci.write(image, parseImageReference(`oci:${dir}/image`));
  await cnbSucceeds(["inspect", `oci:${dir}/image`, "--html", join(dir, "page.html")]);
  page = await openPage(`file://${dir}/page.html`);
}, 300_000);
afterAll(async () => {
  if (process.env["LIBCNB_SCREENSHOTS"]) await writeFile(process.env["LIBCNB_SCREENSHOTS"], await page.screenshot());
  await page?.close();
  await rm(dir, { recursive: true, force: true });
});

const file = (path: string, size: number): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.alloc(size),
});

const entries = () =>
  page.evaluate(`[...document.querySelectorAll("#files li")].map((each) => each.getAttribute("aria-label"))`);
const focused = () => page.evaluate(`document.activeElement.getAttribute("aria-label")`);

describe("the HTML page of cnb inspect", () => {
  test("lists files by size, and opened directories show their contents", async () => {
    expect(await entries()).toEqual(["app, 2.0 MB", "many, 900 B"]);
    await page.evaluate(`document.querySelector("#files li").focus()`);
    await page.press("ArrowRight");
    expect(await entries()).toEqual([
      "app, 2.0 MB",
      "big, 2.0 MB",
      "<, 3 B", // the name has a slash
      "many, 900 B",
    ]);
  });

  test("supports arrow keys in the file tree", async () => {
    for (const [key, name] of [
      ["ArrowDown", "big, 2.0 MB"],
      ["ArrowLeft", "app, 2.0 MB"],
      ["End", "many, 900 B"],
      ["Home", "app, 2.0 MB"],
    ] as const) {
      await page.press(key);
      expect(await focused()).toBe(name);
    }
    await page.press("ArrowLeft");
    expect(await entries()).toEqual(["app, 2.0 MB", "many, 900 B"]);
  });

  test("shows added and removed files of a layer selected in the treemap", async () => {
    await page.evaluate(`document.querySelectorAll("#map button")[1].click()`);
    expect(await entries()).toEqual(["app, 2.0 MB", "big, 2.0 MB", "gone, 0 B"]);
    expect(await page.evaluate(`document.querySelector("#files .gone .name").textContent`)).toContain(
      "gone removed here",
    );
    expect(await page.evaluate(`document.getElementById("view").value`)).toBe("1");
    await page.evaluate(`document.querySelectorAll("#map button")[1].click()`);
    expect(await entries()).toEqual(["app, 2.0 MB", "many, 900 B"]);
  });

  test("draws the treemap to scale", async () => {
    const widths = (await page.evaluate(
      `[...document.querySelectorAll("#map button")].map((each) => each.getBoundingClientRect().width)`,
    )) as number[];
    const [first = 0, second = 0] = widths;
    // 900 small files take a kilobyte each in a tar
    expect(first / second).toBeCloseTo((5_000_000 + 903 * 1024) / 2_001_500, 1);
  });

  test("shows files that later layers hide", async () => {
    await page.evaluate(`document.querySelector("button[data-path]").click()`);
    expect(await focused()).toBe("big, 5.0 MB");
    expect(await entries()).toEqual(["app, 5.0 MB", "big, 5.0 MB", "gone, 700 B"]);
    await page.evaluate(
      `(() => { const view = document.getElementById("view"); view.value = "-1"; view.dispatchEvent(new Event("change")); })()`,
    );
  });

  test("finds files by search in closed directories and opens them", async () => {
    await page.evaluate(`document.getElementById("search").focus()`);
    await page.type("many/899");
    await expect.poll(() => page.evaluate(`document.getElementById("status").textContent`)).toBe("1 matches");
    await page.press("ArrowDown");
    await page.press("Enter");
    expect(await focused()).toBe("899, 1 B");
  });

  test("follows the system's dark or light theme and the button", async () => {
    const colours = [];
    for (const step of [
      () => page.setDark(true),
      () => page.setDark(false),
      () => page.evaluate(`document.getElementById("theme").click()`),
    ]) {
      await step();
      colours.push(await page.evaluate(`getComputedStyle(document.body).backgroundColor`));
    }
    expect(colours).toEqual(["rgb(14, 17, 22)", "rgb(244, 245, 247)", "rgb(14, 17, 22)"]);
  });

  test("escapes hostile names and labels, and loads nothing", async () => {
    expect(await page.evaluate("window.hacked === undefined")).toBe(true);
    expect(await page.evaluate(`document.querySelectorAll("img").length`)).toBe(0);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
  });

  test("blocks resources outside the page by its content security policy", async () => {
    await page.evaluate(
      `(() => { const made = document.createElement("img"); made.src = "http://127.0.0.1:9/x.png"; document.body.append(made); })()`,
    );
    await expect.poll(() => page.complaints.join("\n")).toContain("img-src");
    await expect(page.evaluate(`document.body.innerHTML = "<b>x</b>"`)).rejects.toThrow("TrustedHTML");
  });
});
