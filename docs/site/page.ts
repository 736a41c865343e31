import { posix } from "node:path";

/** A page of the site: where its Markdown is in the repository, and its path in the site, without `.html`. */
export interface Page {
  readonly source: string;
  readonly path: string;
}

/** The pages of the site by their sources: all of docs/, and the documents of the repository that readers look for. */
export function pagesOf(sources: readonly string[]): readonly Page[] {
  return sources.map((source) => ({ source, path: pathOf(source) }));
}

function pathOf(source: string): string {
  const buildpack = /^buildpacks\/([^/]+)\/README\.md$/.exec(source)?.[1];
  if (buildpack !== undefined) return `buildpacks/${buildpack}`;
  return source
    .replace(/^docs\//, "")
    .replace(/\.md$/, "")
    .toLowerCase();
}

/** The page as the generator reads it: title and description in its front matter, links to the pages of the site. */
export function preparedPage(
  markdown: string,
  { source, path }: Page,
  pages: readonly Page[],
  images: Images = new Map(),
): string {
  const { title, body } = titled(markdown, source);
  const description = descriptionOf(body) || title;
  const meta = { title, description, editUrl: false };
  const front = Object.entries(meta).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const addresses = new Map(pages.map((page) => [page.source, page.path]));
  return `---\n${front.join("\n")}\n---\n${linked(withDiagrams(body, source, images), { source, path }, addresses)}`;
}

/** SVG images by their path in the repository. */
export type Images = ReadonlyMap<string, string>;

/** Diagrams become a part of the page, where they take the colours of its theme. */
const withDiagrams = (body: string, source: string, images: Images): string =>
  body.replaceAll(/^!\[[^\]]*\]\(([^)\s]+\.svg)\)$/gm, (image: string, target: string) => {
    const svg = images.get(posix.join(posix.dirname(source), target));
    return svg === undefined ? image : `<figure class="diagram-frame">${inline(svg)}</figure>`;
  });

/** The picture without the colours that it has by itself, and with names that are its own. */
function inline(svg: string): string {
  const [, title = ""] = /<title>([^<]*)</.exec(svg) ?? [];
  const tip = `tip-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return svg
    .trim()
    .replace(/<style>.*?<\/style>|<title>.*?<\/title>/g, "")
    .replace('id="tip"', `id="${tip}"`)
    .replaceAll("url(#tip)", `url(#${tip})`);
}

function titled(markdown: string, source: string): { readonly title: string; readonly body: string } {
  const [, title, body = ""] = /^# (.+)\n([\s\S]*)$/.exec(markdown) ?? [];
  if (title === undefined) throw new Error(`${source} does not begin with a heading of level 1`);
  return { title: plain(title), body };
}

/** The first sentences of a page's first paragraph, as search engines show them. */
export function descriptionOf(body: string): string {
  const blocks = body.replaceAll(/^```[\s\S]*?^```$/gm, "").split(/\n{2,}|\n(?=#)/);
  const paragraph = blocks
    .map((block) => block.replace(/^#.*\n?/, "").trim())
    .find((block) => /^(?!Date:)[\w`*[("]/.test(block));
  const text = plain(paragraph ?? "");
  if (text.length <= longest) return text;
  const sentences = text.slice(0, longest).lastIndexOf(". ");
  return sentences > 40 ? text.slice(0, sentences + 1) : `${text.slice(0, text.lastIndexOf(" ", longest - 2))} …`;
}

const longest = 180;

/** Markdown's text without its marks. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll(/[`*]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();

/** A block of code, a link or an image with its label and target, or a span of code, which may go over lines of a paragraph. */
const codeOrLink = /^ *```[\s\S]*?^ *```$|(!?)\[((?:[^\]`]|`[^`]*`)*)\]\(([^)\s]+)\)|``.+?``|`(?:[^`\n]|\n(?!\n))+`/gm;

/** Links to documents of the repository lead to their pages. Of a link to another file of the repository its text remains. */
const linked = (markdown: string, page: Page, addresses: ReadonlyMap<string, string>): string =>
  markdown.replaceAll(codeOrLink, (found: string, image?: string, label = "", target?: string) => {
    if (target === undefined || image === "!" || /^[a-z]+:|^#/.test(target)) return found;
    const address = addressOf(target, page, addresses);
    return address === undefined ? label : `[${label}](${address})`;
  });

function addressOf(target: string, { source, path }: Page, addresses: ReadonlyMap<string, string>): string | undefined {
  const [file = "", anchor] = target.split("#");
  const wanted = posix.join(posix.dirname(source), file);
  const to = addresses.get(wanted) ?? addresses.get(posix.join(wanted, "README.md"));
  if (to === undefined) return undefined;
  return `${posix.relative(posix.dirname(path), to)}.html${anchor === undefined ? "" : `#${anchor}`}`;
}
