/** Makes the screenshots of README and docs from a running orchestrator: `node tools/screenshots.ts http://localhost:9000`. */
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

const [address = "http://localhost:9000", folder = "docs/images"] = process.argv.slice(2);
const QUIET = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...QUIET, ...asRoot] });
// The page is worth looking at while something is in work.
for (let tries = 0; tries < 600; tries++) {
  const reply = await fetch(`${address}/api/assets?state=Processing&work=video`).catch(() => null);
  const busy = (await reply?.json()) as {
    readonly assets: readonly { readonly progress: { percent: number } | null }[];
  };
  if ((busy?.assets[0]?.progress?.percent ?? 0) > 10) break;
  await new Promise((done) => setTimeout(done, 100));
}
for (const [name, path, width, height, colorScheme] of [
  ["home", "/", 1440, 1000, "light"],
  ["queue", "/queue", 1440, 1000, "light"],
  ["library", "/library", 1440, 1000, "light"],
  ["library-dark", "/library", 1440, 1000, "dark"],
  ["library-phone", "/library", 360, 780, "light"],
] as const) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  // The page keeps an event stream open, so the network is never idle.
  await page.goto(`${address}${path}`, { waitUntil: "load" });
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.close();
}
await browser.close();
