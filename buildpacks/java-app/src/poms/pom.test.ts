import { expect, test } from "vitest";
import { parsePom } from "./pom.ts";

test("a pom is parsed with its parent, licenses, properties, modules, plugins and profiles", () => {
  const pom = parsePom(`<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version><relativePath/></parent>
  <artifactId> shop </artifactId>
  <packaging>war</packaging>
  <licenses><license><name>MIT</name><url>https://mit.test</url></license><license><name>Apache-2.0</name></license></licenses>
  <properties><java.version>17</java.version><!-- no --><empty/></properties>
  <modules><module>a</module><module>b</module></modules>
  <build>
    <plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration><release>21</release></configuration></plugin></plugins>
    <pluginManagement><plugins><plugin><groupId>p</groupId><artifactId>q</artifactId><version>2</version></plugin></plugins></pluginManagement>
  </build>
  <profiles><profile><id>prod</id><activation><activeByDefault>true</activeByDefault></activation><properties><a>1</a></properties></profile></profiles>
</project>`);
  const { xml, plugins, ...rest } = pom;
  expect(rest).toEqual({
    group: undefined,
    artifact: "shop",
    version: undefined,
    packaging: "war",
    name: undefined,
    parent: { group: "g", artifact: "parent", version: "1", relativePath: "" },
    licenses: [
      { name: "MIT", url: "https://mit.test" },
      { name: "Apache-2.0", url: undefined },
    ],
    organization: undefined,
    properties: new Map([
      ["java.version", "17"],
      ["empty", ""],
    ]),
    modules: ["a", "b"],
    profiles: [{ id: "prod", isActiveByDefault: true, properties: new Map([["a", "1"]]), modules: [], plugins: [] }],
  });
  expect(plugins).toMatchObject([
    { group: "org.apache.maven.plugins", artifact: "maven-compiler-plugin", version: undefined },
    { group: "p", artifact: "q", version: "2", configuration: undefined },
  ]);
  expect(xml.child("modelVersion")?.text).toBe("4.0.0");
});

const named = (text: string | Uint8Array) => parsePom(text).name;
const latin1 = (text: string) => Buffer.from(text, "latin1");

test.for<[string, string | Uint8Array, string]>([
  [
    "another encoding",
    latin1('<?xml version="1.0" encoding="ISO-8859-1"?><project><name>Jörg</name></project>'),
    "Jörg",
  ],
  ["an unknown encoding", '<?xml version="1.0" encoding="x-mine"?><project><name>é</name></project>', "é"],
  ["UTF-16", Buffer.from("\ufeff<project><name>é</name></project>", "utf16le"), "é"],
  ["a byte order mark", "\ufeff<project><name>a</name></project>", "a"],
  ["empty lines before the root element", "\n\n<project><name>a</name></project>", "a"],
  ["HTML entities", "<project><name>J&oslash;rgen &amp; co</name></project>", "J&oslash;rgen & co"],
  ["a namespace prefix", '<m:project xmlns:m="x"><name>a</name></m:project>', "a"],
  ["CDATA and comments", "<project><name><![CDATA[a<b]]><!-- c --></name></project>", "a<b"],
  [
    "its own entities, which are not expanded,",
    `<!DOCTYPE project [<!ENTITY a "lol"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><project><name>&b;&c;</name></project>`,
    "&b;&c;",
  ],
])("a pom with %s is parsed", ([, text, expected]) => {
  expect(named(text)).toBe(expected);
});

test.for<[string, string, RegExp]>([
  [
    "has an element without an end tag",
    "<project><name>a</project>",
    /^Missing end tag for element name \(line 1, column 17\)/,
  ],
  ["is empty", "", /^Root element is missing or invalid/],
  [
    "is another XML document",
    "<html></html>",
    /^the file is not a POM: its root element is <html> instead of <project>$/,
  ],
  ["is nested too deeply", "<project>".repeat(100_000), /^the elements of the XML file are nested too deeply$/],
  ["has too many bytes", " ".repeat(17 * 1024 ** 2), /^the XML file has more than 16777216 bytes$/],
])("a pom is refused if it %s", ([, text, message]) => {
  expect(() => parsePom(text)).toThrow(message);
});
