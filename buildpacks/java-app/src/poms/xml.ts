import { parseXml, type XmlDocument, XmlElement } from "@rgrove/parse-xml";

/** An XML element, reduced to the parts that configuration files need. */
export interface Xml {
  readonly name: string;
  /** The text of the element and its children, trimmed. */
  readonly text: string;
  readonly children: readonly Xml[];
  readonly attributes: Readonly<Record<string, string>>;
  /**
   * The first child with the name; namespace prefixes are ignored. Several names are a path to a
   * descendant.
   */
  child(...names: readonly string[]): Xml | undefined;
  /**
   * All children with the last name, in the first element at the path of the other names:
   * `all("licenses", "license")`.
   */
  all(...names: readonly string[]): readonly Xml[];
}

// the largest poms have a twentieth of it
const maxBytes = 16 * 1024 ** 2;

/**
 * Parses XML that may be hostile. Entities defined in the document are not expanded, and nothing is
 * loaded.
 *
 * @throws Error with the position if the text is not well-formed
 */
export function readXml(bytes: Uint8Array): Xml {
  if (bytes.length > maxBytes) throw new Error(`the XML file has more than ${maxBytes} bytes`);
  const root = parsed(decoded(bytes)).root;
  if (root === null) throw new Error("the file contains no XML element");
  return xmlOf(root);
}

function parsed(text: string): XmlDocument {
  try {
    // Maven knows the entities of HTML, too: they are in the names of people
    return parseXml(text, { ignoreUndefinedEntities: true });
  } catch (error) {
    if (error instanceof RangeError)
      throw new Error("the elements of the XML file are nested too deeply", { cause: error });
    throw error;
  }
}

/**
 * Decodes an XML document. The encoding is determined by the byte order mark, or else by the
 * declaration of the document.
 */
function decoded(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  return decodedAs(encodingOf(head), bytes).trimStart();
}

function encodingOf(head: string): string {
  if (head.startsWith("\xff\xfe")) return "utf-16le";
  if (head.startsWith("\xfe\xff")) return "utf-16be";
  return /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? "utf-8";
}

function decodedAs(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return new TextDecoder("utf-8").decode(bytes); // in an unknown encoding, most characters are the same
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
