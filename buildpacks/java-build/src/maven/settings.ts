import { decodedLogin } from "@libcnb/app-kit/addresses";
import { inDir } from "@libcnb/app-kit/folders";
import { type App, type Bindings, type Env, UserError } from "libcnb";
import type { Settings } from "../config.ts";
import { withoutComments, withoutElements } from "./poms.ts";

/** The text of the settings.xml for Maven, and its source. */
interface MavenSettings {
  readonly text: string;
  /** The source, in words for the user: `the binding maven`. */
  readonly source: string;
  /** The path relative to the app; `undefined` if the settings come from a binding. */
  readonly path: string | undefined;
  /** The path of the file with the key that decrypts passwords in the settings. */
  readonly security: string | undefined;
}

/**
 * Finds the settings for Maven in a binding of type `maven`, at the path in
 * `BP_MAVEN_SETTINGS_PATH`, or in settings.xml in the project's directory. Returns `undefined` if
 * there are none.
 *
 * @throws UserError MAVEN_SETTINGS_MISSING
 */
export async function mavenSettings(
  { app, bindings, dir }: { readonly app: App; readonly bindings: Bindings; readonly dir: string },
  settings: Settings,
): Promise<MavenSettings | undefined> {
  const binding = await bindings.find({ type: "maven" });
  if (binding?.has("settings.xml")) {
    const security = binding.has("settings-security.xml") ? binding.text("settings-security.xml") : undefined;
    return { text: binding.text("settings.xml"), source: `the binding ${binding.name}`, path: undefined, security };
  }
  const named = settings.BP_MAVEN_SETTINGS_PATH?.trim();
  const path = inDir(dir, named || "settings.xml");
  if (await app.exists(path))
    return {
      text: await app.readText(path),
      source: named ? "BP_MAVEN_SETTINGS_PATH" : path,
      path,
      security: undefined,
    };
  if (!named) return undefined;
  throw new UserError("MAVEN_SETTINGS_MISSING", `BP_MAVEN_SETTINGS_PATH is "${named}", but the app has no such file`, {
    hint: "Set BP_MAVEN_SETTINGS_PATH to a path relative to the project's directory, or provide settings.xml in a binding of the type maven.",
  });
}

/** Returns the secret values in the text of Maven's settings, so that logs do not show them. */
export const secretsIn = (text: string): readonly string[] =>
  [
    ...Array.from(text.matchAll(/<(password|passphrase|master)>([^<]+)<\/\1>/g), ([, , value = ""]) => value.trim()),
    ...Array.from(text.matchAll(/:\/\/[^/\s:@<]*:([^/\s@<]+)@/g), ([, value = ""]) => value),
    ...Array.from(text.matchAll(/<value>([^<]*)<\/value>/gi), ([, value = ""]) => tokenIn(value.trim())),
  ].filter((value) => value !== "" && !value.startsWith("${"));

/** The value of a header without the word for its kind; shorter ones are in too many other words. */
function tokenIn(value: string): string {
  const token = value.replace(/^(?:Bearer|Basic|token)\s+/i, "");
  return [token, value].find(({ length }) => length >= 8) ?? "";
}

/**
 * Returns the text of Maven's settings without credentials, for the cache key. Repositories and
 * profiles remain.
 */
export const withoutLogins = (text: string): string =>
  withoutElements(withoutComments(text), ["servers"])
    .replace(/<(username|password)>[^<]*<\/\1>/g, "")
    .replace(/(:\/\/)[^/\s@<]*@/g, "$1");

/**
 * Returns global Maven settings with the proxies from environment variables, because Maven does not
 * read these variables. Returns `undefined` without proxies. The user's settings take precedence.
 * These settings replace Maven's bundled global settings, so they also block repositories without
 * TLS.
 */
export function proxySettings(env: Env, mavenVersion: string): string | undefined {
  const all = env.ALL_PROXY ?? env.all_proxy;
  const others = (env.NO_PROXY ?? env.no_proxy ?? "").split(/[\s,]+/).filter(Boolean);
  const proxies = [
    ...proxyFor("http", env.HTTP_PROXY ?? env.http_proxy ?? all, others),
    ...proxyFor("https", env.HTTPS_PROXY ?? env.https_proxy ?? all, others),
  ];
  if (proxies.length === 0) return undefined;
  return element("settings", element("proxies", proxies.join("")) + (/^3\.[0-6]\./.test(mavenVersion) ? "" : blocker));
}

const blocker =
  "<mirrors><mirror><id>maven-default-http-blocker</id><mirrorOf>external:http:*</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror></mirrors>";

function proxyFor(protocol: string, proxy: string | undefined, others: readonly string[]): readonly string[] {
  if (!proxy) return [];
  const url = URL.parse(proxy.includes("://") ? proxy : `http://${proxy}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return [];
  const login = url.username ? { username: decodedLogin(url.username), password: decodedLogin(url.password) } : {};
  const fields = {
    id: `${protocol}-proxy`,
    protocol,
    host: url.hostname,
    port: url.port || (url.protocol === "https:" ? "443" : "80"),
    ...login,
    nonProxyHosts: ["localhost", "127.*", ...others.flatMap(patterns)].join("|"),
  };
  const inner = Object.entries(fields).map(([name, value]) => element(name, escaped(value)));
  return [element("proxy", inner.join(""))];
}

/** `example.org` and `.example.org` are the host and all below; to Java each is a pattern. */
const patterns = (host: string): readonly string[] => {
  const name = host.replace(/:\d+$/, "").replace(/^\*?\./, "");
  return name === "*" ? ["*"] : [name, `*.${name}`];
};

const element = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
