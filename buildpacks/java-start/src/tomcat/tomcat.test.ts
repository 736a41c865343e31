import { createHash } from "node:crypto";
import { type BuildFixture, type FileMap, tarball, unchecked } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, library } from "../test-build.ts";

const address = (version: string): string =>
  `https://archive.apache.org/dist/tomcat/tomcat-${version.split(".")[0]}/v${version}/bin/apache-tomcat-${version}.tar.gz`;

const archive = async (version: string) =>
  unchecked(
    await tarball(
      Object.fromEntries(
        [
          "LICENSE",
          "bin/bootstrap.jar",
          "bin/tomcat-juli.jar",
          "bin/catalina.bat",
          "conf/web.xml",
          "conf/server.xml",
          "lib/catalina.jar",
          "lib/catalina-ant.jar",
          "lib/jakartaee-migration-1-shaded.jar",
          "webapps/ROOT/index.jsp",
        ].map((name) => [`apache-tomcat-${version}/${name}`, { contents: name, mode: 0o600 }]),
      ),
    ),
  );

const versions = ["9.0.117", "9.0.121", "10.1.59", "11.0.24", "11.0.25"];
const releases = async () =>
  Object.fromEntries(await Promise.all(versions.map(async (version) => [address(version), await archive(version)])));

const war: FileMap = { "WEB-INF/web.xml": "<web-app/>" };

/** A build of a WAR, and what of it is for Tomcat. */
async function builtWar(app: FileMap, env: Env = {}, more: BuildFixture["downloads"] = {}) {
  const downloads = more === "real" ? more : { ...(await releases()), ...more };
  const { outcome, ...image } = await built(app, env, { downloads });
  const tomcat = outcome.parsed.layers["tomcat"];
  return { ...image, outcome, files: tomcat?.files ?? {}, version: tomcat?.metadata["version"] };
}

const webXml = (namespace: string, version: string): FileMap => ({
  "WEB-INF/web.xml": `<web-app xmlns="${namespace}" version="${version}"></web-app>`,
});

describe("the Tomcat version is determined", () => {
  test.for<[string, FileMap, string, Env?]>([
    ["Spring for Java EE", { "WEB-INF/lib/spring-web-5.3.39.jar": library("x") }, "9.0.121"],
    ["Spring for Jakarta EE 10", { "WEB-INF/lib/spring-web-6.2.1.jar": library("x") }, "10.1.59"],
    ["Spring for Jakarta EE 11", { "WEB-INF/lib/spring-web-7.0.0.jar": library("x") }, "11.0.25"],
    [
      "classes that use javax.servlet",
      { "WEB-INF/classes/a/B.class": "\u0001\u0000\u001ejavax/servlet/http/HttpServlet" },
      "9.0.121",
    ],
    [
      "classes that use jakarta.servlet",
      { "WEB-INF/classes/a/B.class": "\u0001\u0000\u001ejakarta/servlet/http/HttpServlet" },
      "10.1.59",
    ],
    [
      "a JSP page that uses javax.servlet",
      { ...war, "shop/a.jsp": '<%@ page import="javax.servlet.http.Cookie" %>' },
      "9.0.121",
    ],
    ["a web.xml for Java EE", webXml("http://xmlns.jcp.org/xml/ns/javaee", "4.0"), "9.0.121"],
    ["a web.xml for Jakarta EE 10", webXml("https://jakarta.ee/xml/ns/jakartaee", "6.0"), "10.1.59"],
    ["a web.xml for Jakarta EE 11", webXml("https://jakarta.ee/xml/ns/jakartaee", "6.1"), "11.0.25"],
    ["the default", war, "10.1.59"],
    ["the Java version if Java is too old for the default Tomcat", war, "9.0.121", { BPI_JVM_VERSION: "1.8.0_412" }],
    ["the version in BP_TOMCAT_VERSION", war, "9.0.117", { BP_TOMCAT_VERSION: "9.0.117" }],
    ["the release line in BP_TOMCAT_VERSION", war, "11.0.25", { BP_TOMCAT_VERSION: "11" }],
  ])("by %s", async ([, app, version, env]) => {
    expect((await builtWar(app, env)).version).toBe(version);
  });
});

describe("Tomcat in the image", () => {
  test("consists of the files of Tomcat and the app", async () => {
    const { commands, files, variables, outcome } = await builtWar(war);
    expect({ commands, variables }).toEqual({ commands: { web: "tomcat" }, variables: { PORT: "8080" } });
    expect(Object.keys(files)).toEqual([
      "LICENSE",
      "bin/bootstrap.jar",
      "bin/tomcat",
      "bin/tomcat-juli.jar",
      "conf/logging.properties",
      "conf/server.xml",
      "conf/web.xml",
      "lib/catalina.jar",
      "webapps/ROOT",
    ]);
    expect([files["webapps/ROOT"], files["conf/web.xml"]]).toEqual(["-> <app>", "conf/web.xml"]);
    expect(outcome.parsed.layers["tomcat"]?.sbom["cdx.json"]).toMatchObject({
      components: [{ name: "tomcat" }],
    });
  });

  test.for<[string, string]>([
    ["/shop", "webapps/shop"],
    ["shop/v1/", "webapps/shop#v1"],
    ["ROOT", "webapps/ROOT"],
  ])("serves the app at the path in BP_TOMCAT_CONTEXT_PATH=%s", async ([BP_TOMCAT_CONTEXT_PATH, link]) => {
    const { files } = await builtWar(war, { BP_TOMCAT_CONTEXT_PATH });
    expect(Object.keys(files).filter((name) => name.startsWith("webapps"))).toEqual([link]);
  });

  test("is downloaded from BP_TOMCAT_MIRROR", async () => {
    const file = "tomcat-10/v10.1.59/bin/apache-tomcat-10.1.59.tar.gz";
    const mirror = "https://mirror.test/tomcat";
    const downloads = { [`${mirror}/${file}`]: await archive("10.1.59") };
    const { outcome } = await builtWar(war, { BP_TOMCAT_MIRROR: `${mirror}/` }, downloads);
    expect(outcome.downloads.map(({ url }) => url)).toEqual([`${mirror}/${file}`]);
  });

  test("has the configuration files from BP_TOMCAT_EXT_CONF_URI", async () => {
    const uri = "https://config.test/tomcat.tar.gz";
    const bytes = await tarball({ "tomcat/conf/server.xml": "<Server/>", "tomcat/lib/driver.jar": "driver" });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const env = { BP_TOMCAT_EXT_CONF_URI: uri, BP_TOMCAT_EXT_CONF_SHA256: sha256, BP_TOMCAT_EXT_CONF_STRIP: "1" };
    const { files } = await builtWar(war, env, { [uri]: bytes });
    expect([files["conf/server.xml"], files["lib/driver.jar"]]).toEqual(["<Server/>", "driver"]);
  });

  test("does not serve the Procfile", async () => {
    const { commands, outcome } = await builtWar({ ...war, Procfile: "worker: java -cp WEB-INF/classes Worker" });
    expect(commands).toEqual({ worker: "java -cp WEB-INF/classes Worker" });
    const { outcome: second } = await builtWar({ ...war, Procfile: "web: tomcat\nworker: java Worker" });
    expect([outcome, second].map(({ app }) => Object.keys(app).includes("Procfile"))).toEqual([true, false]);
  });

  test("is absent if a WAR contains a server or the user sets the start command", async () => {
    const app = { ...war, Procfile: "web: java -jar jetty-runner.jar ." };
    const { commands, version } = await builtWar({ ...app, "jetty-runner.jar": "" });
    expect({ commands, version }).toEqual({ commands: { web: "java -jar jetty-runner.jar ." }, version: undefined });
  });
});

test.for<[string, Env, Readonly<Record<"code" | "message", string>>]>([
  [
    "a Java that is too old for BP_TOMCAT_VERSION",
    { BP_TOMCAT_VERSION: "11", BPI_JVM_VERSION: "11.0.24+8" },
    {
      code: "TOMCAT_NEEDS_JAVA",
      message: "BP_TOMCAT_VERSION requests Tomcat 11.0.25, which needs Java 17, but the image has Java 11",
    },
  ],
  [
    "an unavailable BP_TOMCAT_VERSION",
    { BP_TOMCAT_VERSION: "7" },
    { code: "VERSION_UNAVAILABLE", message: expect.anything() },
  ],
  [
    "a BP_TOMCAT_CONTEXT_PATH that leads out of the server",
    { BP_TOMCAT_CONTEXT_PATH: "/../etc" },
    {
      code: "TOMCAT_CONTEXT_PATH_INVALID",
      message: 'BP_TOMCAT_CONTEXT_PATH is "/../etc", which is not a valid context path of Tomcat',
    },
  ],
  [
    "a BP_TOMCAT_MIRROR that is not a URL",
    { BP_TOMCAT_MIRROR: "mirror.test" },
    { code: "TOMCAT_MIRROR_INVALID", message: "BP_TOMCAT_MIRROR is not an http, https or file URL" },
  ],
  [
    "a BP_TOMCAT_EXT_CONF_URI that is not a URL",
    { BP_TOMCAT_EXT_CONF_URI: "conf.tgz" },
    { code: "TOMCAT_CONFIGURATION_INVALID", message: "BP_TOMCAT_EXT_CONF_URI is not an http, https or file URL" },
  ],
  [
    "a BP_TOMCAT_EXT_CONF_URI without a checksum",
    { BP_TOMCAT_EXT_CONF_URI: "https://config.test/a.tgz" },
    {
      code: "TOMCAT_CONFIGURATION_INVALID",
      message:
        "BP_TOMCAT_EXT_CONF_URI needs BP_TOMCAT_EXT_CONF_SHA256, the SHA-256 of the archive in 64 hexadecimal digits",
    },
  ],
  [
    "a BP_TOMCAT_EXT_CONF_STRIP that is not a number",
    {
      BP_TOMCAT_EXT_CONF_URI: "https://config.test/a.tgz",
      BP_TOMCAT_EXT_CONF_SHA256: "a".repeat(64),
      BP_TOMCAT_EXT_CONF_STRIP: "one",
    },
    { code: "TOMCAT_CONFIGURATION_INVALID", message: "BP_TOMCAT_EXT_CONF_STRIP is not a number from 0 to 9" },
  ],
])("a build with Tomcat fails for %s", async ([, env, expected]) => {
  await expect(builtWar(war, env)).rejects.toMatchObject(expected);
});

test("BP_TOMCAT_EXT_CONF_URI refuses a file that is not an archive", async () => {
  const uri = "https://config.test/a.tgz";
  const page = Buffer.from("<html>Please log in</html>");
  const sha256 = createHash("sha256").update(page).digest("hex");
  const env = { BP_TOMCAT_EXT_CONF_URI: uri, BP_TOMCAT_EXT_CONF_SHA256: sha256 };
  await expect(builtWar(war, env, { [uri]: page })).rejects.toMatchObject({
    code: "TOMCAT_CONFIGURATION_INVALID",
    message: `BP_TOMCAT_EXT_CONF_URI is not a .tar.gz or .zip archive: ${uri}`,
  });
});
