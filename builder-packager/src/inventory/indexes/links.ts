import { bounded } from "./index-item.ts";

/** A link of an HTML page. */
export interface Link {
  /** The absolute http or https URL, with its fragment. */
  readonly href: string;
  /** The last part of the path, decoded; a directory ends with `/`. */
  readonly file: string;
  /** The attributes of the element as written. */
  readonly attributes: string;
}

/**
 * Returns the links of an HTML page to files and directories, in order. Links with a scheme other
 * than http or https are omitted.
 */
export function linksIn(text: string, url: string): readonly Link[] {
  const elements = bounded([...text.matchAll(/<a\s([^<>]{1,8000})>/gi)], url);
  return elements.flatMap(([, attributes = ""]): Link[] => {
    const [, double, single] = /(?:^|\s)href\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)')/i.exec(attributes) ?? [];
    const link = URL.parse(unescaped(double ?? single ?? ""), url);
    if (link === null || !/^https?:$/.test(link.protocol)) return [];
    const [file = ""] = /[^/]*\/?$/.exec(link.pathname) ?? [];
    return [{ href: link.href, file: decoded(file), attributes }];
  });
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#43": "+" };

const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#43);/g, (entity, name: string) => entities[name] ?? entity);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
