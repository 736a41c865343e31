// @needs chromium
import { globSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildSite } from "../../docs/site/build-site.ts";
import { outputDir } from "../../docs/site/folders.ts";
import { serve } from "../../docs/site/serve.ts";
import { openPage, type Page } from "../support/browser.ts";
import { root } from "../support/cnb.ts";

/** The documentation's site in a real browser, below a path that the build does not know. */
let site: Awaited<ReturnType<typeof serve>>;
let page: Page;
let files: readonly string[];
beforeAll(async () => {
  await buildSite();
  files = globSync("**/*.html", { cwd: outputDir }).toSorted();
  site = await serve(outputDir, { below: "/some/path/" });
  page = await openPage(`${site.address}index.html`, { height: 900 });
}, 300_000);
afterAll(async () => {
  await page?.close();
  site?.close();
});

/** Shows a page of the site and returns what the browser complained of. */
async function complaintsOn(file: string): Promise<readonly string[]> {
  const before = page.complaints.length;
  await page.open(`${site.address}${file}`);
  return page.complaints.slice(before);
}

const html = (file: string) => readFileSync(join(outputDir, file), "utf8");

describe("the site", () => {
  test("contains the schemas of the package", () => {
    const schemas = join(root, "builder-packager/schemas");
    const read = (dir: string) => readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), "utf8")]);
    expect(read(join(outputDir, "schemas"))).toEqual(read(schemas));
  });

  test("has a target for every link, image, script and anchor", () => {
    const ids = new Map(
      files.map((file) => [file, new Set([...html(file).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]),
    );
    const broken = files.flatMap((file) => {
      const addresses = [...html(file).matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, address = ""]) => address);
      return addresses
        .filter((address) => !isPresent(file, address.replaceAll("&amp;", "&"), ids))
        .map((address) => `${file}: ${address}`);
    });
    expect(broken).toEqual([]);
  });

  test("has no URL that starts at the server's root", () => {
    const absolute = globSync("**/*.{html,css,js}", { cwd: outputDir }).filter((file) =>
      /__base__|\s(?:href|src)="\/|url\(["']?\//.test(html(file)),
    );
    expect(absolute).toEqual([]);
  });
});

function isPresent(file: string, address: string, ids: ReadonlyMap<string, ReadonlySet<string | undefined>>): boolean {
  if (/^(https?|mailto|data):/.test(address)) return true;
  const [path = "", anchor = ""] = address.split("#");
  const target = path === "" ? file : posix.join(posix.dirname(file), path.endsWith("/") ? `${path}index.html` : path);
  if (!ids.has(target)) return globSync(target, { cwd: outputDir }).length === 1;
  return anchor === "" || (ids.get(target)?.has(decodeURIComponent(anchor)) ?? false);
}

describe("in a browser,", () => {
  test("every page of the site loads without errors, has a description and fits a phone and a desktop", async () => {
    const found: string[] = [];
    for (const file of files) {
      found.push(...(await complaintsOn(file)));
      for (const width of [390, 1280]) if (await isWider(file, width)) found.push(`${file}: wider than ${width}`);
      if (!(await isDescribed())) found.push(`${file}: needs one h1, a title and a description`);
    }
    expect(found).toEqual([]);
    expect(page.requests.filter((url) => !url.startsWith(site.address) && !url.startsWith("data:"))).toEqual([]);
  }, 300_000);

  test("axe-core finds no problem in the pages of each kind", async () => {
    const found: string[] = [];
    for (const file of samples()) {
      await page.open(`${site.address}${file}`);
      for (const violation of await violations("document.querySelector('.main-frame')", withoutContrast))
        found.push(`${file}: ${violation}`);
    }
    expect(found).toEqual([]);
  }, 300_000);

  test("axe-core finds no problem in the header and the sidebar", async () => {
    await page.open(`${site.address}index.html`);
    expect(await violations("document")).toEqual([]);
  });

  test.each(["index", "guide/layers", "explanation/lifecycle", "errors"])(
    "the page %s of the site has sufficient contrast in both themes",
    async (path) => {
      await page.open(`${site.address}${path}.html`);
      const found: string[] = [];
      for (const isDark of [true, false]) {
        await page.setDark(isDark);
        found.push(...(await violations("document", `{ runOnly: ["color-contrast"] }`)));
        await keepScreenshot(`${path}-${isDark ? "dark" : "light"}`);
      }
      expect(found).toEqual([]);
    },
  );

  test.each([
    ["BP_NODE_VERSION", "buildpacks/node-engine"],
    ["cachedLayer", "guide/layers"],
    ["base.toml", "guide/base-images"],
    ["rebase", "guide/rebasing"],
    ["DETECT_FAILED", "errors"],
    ["air gap", "guide/air-gap"],
    ["SBOM", "guide/sbom"],
    ["exec.d", "guide/layers"],
    ["insecure registry", "guide/registries"],
    ["Dockerfile", "guide/extensions"],
  ])("the search for %s finds %s", async (words, path) => {
    await page.open(`${site.address}guide/layers.html`);
    await expect.poll(() => page.evaluate(`document.querySelector("#starlight__search input") !== null`)).toBe(true);
    await page.evaluate(`document.querySelector("button[data-open-modal]").click()`);
    await page.evaluate(`document.querySelector("#starlight__search input").focus()`);
    await page.type(words);
    const found = `[...document.querySelectorAll("#starlight__search .pagefind-ui__result-link")].map(({ href }) => href.replace(/#.*/, ""))`;
    await expect.poll(() => page.evaluate(found), { timeout: 10_000 }).toContain(`${site.address}${path}.html`);
  });

  test("the Tab key first reaches a skip link, and Ctrl+K opens the search", async () => {
    await page.open(`${site.address}guide/layers.html`);
    await page.press("Tab");
    expect(await page.evaluate(`document.activeElement.getAttribute("href")`)).toBe("#_top");
    await page.evaluate(`window.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true }))`);
    expect(await page.evaluate(`document.querySelector("site-search dialog").open`)).toBe(true);
  });

  test("a page of the site has its text, style and navigation even without scripts", async () => {
    await page.setScripts(false);
    await page.open(`${site.address}guide/layers.html`);
    const seen = await page.evaluate(
      `[document.querySelector("h1").textContent.trim(), document.querySelectorAll("nav a").length > 40, getComputedStyle(document.querySelector(".sidebar-pane")).position]`,
    );
    await page.setScripts(true);
    expect(seen).toEqual(["Layers", true, "fixed"]);
  });
});

/** Contrast takes most of the time, and all pages have the same colours: some pages are enough. */
const withoutContrast = `{ rules: { "color-contrast": { enabled: false } } }`;

/** The problems that axe-core finds on the page. Only the beginning of long tables and code blocks is checked. */
async function violations(context: string, options = "{}"): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return (await page.evaluate(`(async () => {
    for (const long of document.querySelectorAll("pre code, tbody")) for (const child of [...long.children].slice(8)) child.remove();
    const { violations } = await axe.run(${context}, ${options});
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => id + ": " + html.slice(0, 200)));
  })()`)) as readonly string[];
}

/** All pages with diagrams, and three of each directory: they come from the same Markdown. `npm run test:all` takes all. */
const samples = (): readonly string[] => {
  if (process.env["LIBCNB_TEST_ALL"]) return files;
  const folders = Map.groupBy(files, (file) => posix.dirname(file));
  const some = [...folders.values()].flatMap((inFolder) => inFolder.slice(0, 3));
  return [...new Set([...some, ...files.filter((file) => html(file).includes("diagram-frame"))])];
};

const isDescribed = () =>
  page.evaluate(`document.querySelectorAll("h1").length === 1 && document.title.length > 3 &&
    document.querySelector("meta[name=description]").content.length >= 20`);

async function isWider(file: string, width: number): Promise<boolean> {
  await page.setSize(width, 900);
  await keepScreenshot(`${file.replace(".html", "")}-${width}`);
  return Number(await page.evaluate("document.documentElement.scrollWidth")) > width;
}

/** Pictures to look at: `LIBCNB_SCREENSHOTS` names their directory. */
async function keepScreenshot(name: string): Promise<void> {
  const dir = process.env["LIBCNB_SCREENSHOTS"];
  if (!dir) return;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, `${name.replaceAll("/", "-")}.png`), await page.screenshot());
}
