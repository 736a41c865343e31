/** Directories in which file names contain a digest: Vite and Astro, Next.js, Nuxt, SvelteKit, Create React App, Gatsby. */
const hashedFolders = /(^|\/)(assets|_astro|_nuxt|_next\/static|_app\/immutable|static\/(js|css|media))\//;
const hashedName = /[-.~]([\w-]{8,})\.[a-z0-9.]+$/i;

/**
 * A file whose name contains a digest may be cached for a year. Every other file is revalidated,
 * which transfers no contents.
 */
export const cacheControl = (path) =>
  hashedFolders.test(path) && (hashedName.test(path) || path.includes("_next/static/") || path.includes("/immutable/"))
    ? "public, max-age=31536000, immutable"
    : "no-cache";
