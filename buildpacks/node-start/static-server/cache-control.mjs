/** Folders whose files are named by their contents: Vite and Astro, Next.js, Nuxt, SvelteKit, Create React App, Gatsby. */
const hashedFolders = /(^|\/)(assets|_astro|_nuxt|_next\/static|_app\/immutable|static\/(js|css|media))\//;
const hashedName = /[-.~]([\w-]{8,})\.[a-z0-9.]+$/i;

/** What never changes under its name may be kept for a year; everything else is asked for again, which costs no contents. */
export const cacheControl = (path) =>
  hashedFolders.test(path) && (hashedName.test(path) || path.includes("_next/static/") || path.includes("/immutable/"))
    ? "public, max-age=31536000, immutable"
    : "no-cache";
