import { parseXml, type XmlDocument, XmlElement } from "@rgrove/parse-xml";

/** An XML element, reduced to what configuration files need. */
export interface Xml {
  readonly name: string;
  /** Its own text and that of its children, trimmed. */
  readonly text: string;
  readonly children: readonly Xml[];
  readonly attributes: Readonly<Record<string, string>>;
  /** The first child with the name, behind prefixes of namespaces; several names lead down. */
  child(...names: readonly string[]): Xml | undefined;
  /** The children of the child with the name: `all("licenses", "license")`. */
  all(...names: readonly string[]): readonly Xml[];
}

// the largest poms have a twentieth of it
const maxBytes = 16 * 1024 ** 2;

/**
 * Parses XML that may be hostile: entities defined in the document are not expanded, and nothing is
 * loaded.
 *
 * @throws Error with the position if it is not well-formed
 */
export function readXml(bytes: Uint8Array): Xml {
  if (bytes.length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
  const root = parsed(decoded(bytes)).root;
  if (root === null) throw new Error("it has no element");
  return xmlOf(root);
}

function parsed(text: string): XmlDocument {
  try {
    // Maven knows the entities of HTML, too: they are in the names of people
    return parseXml(text, { ignoreUndefinedEntities: true });
  } catch (error) {
    if (error instanceof RangeError) throw new Error("its elements lie too deep in each other", { cause: error });
    throw error;
  }
}

/** In the encoding that it names, or that its first bytes tell. */
function decoded(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const [, named = "utf-8"] = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head) ?? [];
  const encoding = head.startsWith("\xff\xfe") ? "utf-16le" : head.startsWith("\xfe\xff") ? "utf-16be" : named;
  return decodedAs(encoding, bytes).trimStart();
}

function decodedAs(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return new TextDecoder("utf-8").decode(bytes); // of one that nobody knows most characters are the same
  }
}

function xmlOf(element: XmlElement): Xml {
  const children = () => element.children.flatMap((each) => (each instanceof XmlElement ? [xmlOf(each)] : []));
  const all = ([name, ...rest]: readonly string[]): readonly Xml[] => {
    const found = children().filter((each) => each.name === name);
    return rest.length === 0 ? found : (found[0]?.all(...rest) ?? []);
  };
  return {
    name: element.name.replace(/^.*:/, ""),
    get text() {
      return element.text.trim();
    },
    get children() {
      return children();
    },
    attributes: element.attributes,
    child: (...names) => all(names)[0],
    all: (...names) => all(names),
  };
}
