/** The access of a program that was started so: what is stored, what the environment presets, who can reach it. */
import type { Settings } from "../core/settings.ts";
import { openAccessStore } from "../edges/store/access-store.ts";
import { type Access, createAccess, presetAccess } from "./access.ts";
import { dataFolder } from "./settings-source.ts";

type Started = {
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly data?: string;
  readonly settings: Pick<Settings, "server">;
};

/** Whoever gives it another name or a proxy lets others reach it, wherever it listens itself. */
const isExposed = ({ host, allowHost, settings }: Started): boolean =>
  !/^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(host) ||
  allowHost.length > 0 ||
  settings.server.allowed_hosts.length > 0 ||
  settings.server.trusted_proxies.length > 0;

/** `say` prints the code of the set-up. Throws Problem settings-invalid, database-…. */
export const openAccess = async (
  started: Started,
  say: (line: string) => void,
): Promise<Access & { readonly close: () => void }> => {
  const store = openAccessStore(dataFolder(started.data));
  try {
    const preset = await presetAccess(store, process.env, Date.now());
    const access = createAccess({ store, now: Date.now, isExposed: isExposed(started), say, ...preset });
    return { ...access, close: store.close };
  } catch (thrown) {
    store.close();
    throw thrown;
  }
};
