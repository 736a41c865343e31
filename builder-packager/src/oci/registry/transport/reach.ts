import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { CnbError } from "../../../errors.ts";
import { accessOf, type RegistryOptions } from "../../registry-options.ts";
import { type AddressClass, classOf } from "./address-class.ts";
import { isNamed, plainHost } from "./agents.ts";

/** The depth of each address class. An address must not lead to one with a greater depth. */
const depth: Readonly<Record<AddressClass, number>> = { public: 0, private: 1, loopback: 2, reserved: 3 };

/** The class of each registry that the user named, by its host name: that of the outermost address it was reached at. */
type Homes = Map<string, AddressClass>;
const homesOf = new WeakMap<RegistryOptions, Homes>();

/**
 * Decides which addresses a request may connect to. The user names a registry, its `home`. Other
 * URLs, such as a token server or a redirect target, come from the registry. A registry must not
 * make this machine send requests to networks that the registry itself is not in. For example, a
 * registry on the internet may only refer to addresses on the internet.
 *
 * The address of a connection decides, not the name, because the owner of a name can change its
 * address (DNS rebinding). For the same reason, a registry's own name may later not resolve to a
 * more private network than before. A proxy resolves names itself, so only the proxy's URL is
 * checked.
 *
 * @returns the function that resolves names for the request's connection
 * @throws CnbError REGISTRY_FAILED, also from `lookup`.
 */
export function reachOf(home: string, url: URL, options: RegistryOptions, resolve: LookupFunction = systemLookup) {
  const access = accessOf(options);
  const homes = homesOf.get(access) ?? new Map<string, AddressClass>();
  homesOf.set(access, homes);
  const host = bare(url.hostname);
  const isHome = host === hostOf(home);
  const admit = (addresses: readonly string[]): readonly string[] => {
    const classes = new Map(addresses.map((each) => [each, classOf(each)]));
    if (isHome) remember(homes, host, [...classes.values()]);
    const allowed = addresses.filter((each) => isAllowed(classes.get(each), homes.get(hostOf(home)), isHome));
    if (allowed.length === 0 && addresses.length > 0) throw refusal(home, url, addresses[0], classes);
    return allowed;
  };
  if (!isHome && isNamed(url.host, options)) return { lookup: resolve };
  const known = isIP(host) > 0 ? host : addressOfName(host);
  if (known !== undefined) admit([known]);
  return { lookup: checkedLookup(host, admit, resolve) };
}

function remember(homes: Homes, host: string, classes: readonly AddressClass[]): void {
  const seen = [...classes, ...(homes.has(host) ? [homes.get(host) as AddressClass] : [])];
  const [outermost] = seen.sort((one, other) => depth[one] - depth[other]);
  if (outermost !== undefined) homes.set(host, outermost);
}

/**
 * True if a connection to an address is allowed. The address of a registry behind a proxy may be
 * unknown. Such a registry is treated as a public one.
 */
function isAllowed(to: AddressClass | undefined, from: AddressClass = "public", isHome: boolean): boolean {
  if (to === undefined) return false;
  if (isHome) return depth[to] <= depth[from];
  return to !== "reserved" && depth[to] <= (from === "reserved" ? depth.private : depth[from]);
}

/** Names that resolve to the same address everywhere. */
function addressOfName(host: string): string | undefined {
  if (host === "localhost" || host.endsWith(".localhost")) return "127.0.0.1";
  return host === "metadata.google.internal" ? "169.254.169.254" : undefined;
}

/** A proxy's own name is looked up by the same function, and is the user's choice. */
const checkedLookup =
  (host: string, admit: (addresses: readonly string[]) => readonly string[], resolve: LookupFunction): LookupFunction =>
  (name, options, callback) => {
    if (bare(name) !== host) return resolve(name, options, callback);
    resolve(name, options, (error, address, family) => {
      if (error) return callback(error, address, family);
      try {
        if (typeof address === "string") return void callback(null, String(admit([address])), family);
        const allowed = admit(address.map((each) => each.address));
        callback(
          null,
          address.filter((each: LookupAddress) => allowed.includes(each.address)),
        );
      } catch (refused) {
        callback(refused as Error, "", 0);
      }
    });
  };

const systemLookup: LookupFunction = (name, options, callback) =>
  process.getBuiltinModule("node:dns").lookup(name, options, callback as never);

const bare = (hostname: string): string => hostname.toLowerCase().replace(/^\[|\]$|\.$/g, "");
const hosts = new Map<string, string>();

/** The host of a registry. Each request asks for it, and parsing a URL takes a hundredth of a request. */
function hostOf(home: string): string {
  const host = hosts.get(home) ?? bare(new URL(`http://${plainHost(home)}`).hostname);
  hosts.set(home, host);
  return host;
}

function refusal(home: string, url: URL, address: string | undefined, classes: ReadonlyMap<string, AddressClass>) {
  const kind = classes.get(address ?? "");
  const where = bare(url.hostname) === address ? "" : ` at ${address}`;
  return new CnbError(
    "REGISTRY_FAILED",
    `${home} refers to ${url.origin}${where}, which cnb refuses: the address is ${kind}`,
    {
      hint: `cnb follows such a reference only if the registry itself has such an address. If you trust ${url.host}, add --insecure-registry ${url.host}.`,
    },
  );
}
